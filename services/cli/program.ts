import { Command, CommanderError, Option } from 'commander';
import { Failure, Refused, SettingsError } from '../kernel/index.ts';
import { auditCommands } from './audit.ts';
import { backupCommands } from './backup.ts';
import { deadCommands } from './dead.ts';
import { doctorCommand } from './doctor.ts';
import { exportCommand } from './export.ts';
import { ingestCommand } from './ingest.ts';
import { matchCommand } from './match.ts';
import { reconcileCommand } from './reconcile.ts';
import { redactCommand } from './redact.ts';
import type { CliRoots } from './roots.ts';
import { rubricCommands } from './rubric.ts';
import { scoreCommand } from './score.ts';
import { reindexCommand } from './reindex.ts';
import { searchCommand } from './search.ts';
import { startCommand } from './start.ts';
import { exitCodes, type Terminal, UsageError } from './terminal.ts';
import { transcribeCommand } from './transcribe.ts';

/** What every command of the program is made from. `finish` sets the exit code of a command that did not throw. */
export interface CommandContext {
  readonly roots: CliRoots;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly uiLanguage: 'zh' | 'en';
  finish(code: number): void;
}

/**
 * Runs one command line.
 * @param args without node and script
 * @returns the exit code: 0 done, 1 done but something failed, 2 wrong use or bad input
 */
export async function runCommand(
  args: readonly string[],
  roots: CliRoots,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  let code: number = exitCodes.done;
  const context: CommandContext = {
    roots,
    terminal,
    signal,
    uiLanguage: /^zh/i.test(roots.environment['LC_ALL'] ?? roots.environment['LC_MESSAGES'] ?? roots.environment['LANG'] ?? '')
      ? 'zh'
      : 'en',
    finish: (finished) => {
      code = finished;
    },
  };
  const program = new Command('plumbline')
    .description('Hears every recorded call: transcribes, scores against rubrics, shows the evidence.')
    .version(roots.version)
    .addOption(new Option('--settings <file>', 'settings file (YAML); default: settings.yaml in the data folder'))
    .addOption(new Option('--home <folder>', 'data folder; default: PLUMBLINE_HOME, else your data folder'))
    .showSuggestionAfterError(true)
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.note(text.trimEnd()),
      outputError: (text, write) => write(text.replace(/^error: /, 'plumbline: ')),
    })
    .exitOverride();
  startCommand(program, context);
  scoreCommand(program, context);
  transcribeCommand(program, context);
  matchCommand(program, context);
  redactCommand(program, context);
  rubricCommands(program, context);
  ingestCommand(program, context);
  deadCommands(program, context);
  reconcileCommand(program, context);
  auditCommands(program, context);
  exportCommand(program, context);
  searchCommand(program, context);
  reindexCommand(program, context);
  backupCommands(program, context);
  doctorCommand(program, context);
  for (const command of [program, ...program.commands, ...program.commands.flatMap((of) => of.commands)]) command.exitOverride();
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    return report(error, terminal);
  }
}

/** One line on stderr for everything that was foreseen; the rest is a bug and goes up with its cause. */
function report(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.wrongUse;
  if (error instanceof UsageError || error instanceof SettingsError) {
    terminal.note(`plumbline: ${error.message}`);
    return exitCodes.wrongUse;
  }
  if (error instanceof Refused) {
    terminal.note(`plumbline: ${error.refusal.text.en} (${error.refusal.code})`);
    return exitCodes.wrongUse;
  }
  if (error instanceof Failure) {
    terminal.note(`plumbline: ${error.message} (${error.code})`);
    return error.retryable ? exitCodes.doneWithFailures : exitCodes.wrongUse;
  }
  throw error;
}
