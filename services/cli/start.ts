import type { Command } from 'commander';
import { criticalProof, criticalText, scoreText } from './scorecard-text.ts';
import type { CommandContext } from './program.ts';
import type { FinishedCall } from './roots.ts';
import { clockTime } from './terminal.ts';

export function startCommand(program: Command, context: CommandContext): void {
  program
    .command('start')
    .description('the whole product in one process: web page, API, pipeline; sample calls on an empty data folder')
    .action(async (_options: unknown, command: Command) => {
      const settings = await context.roots.settings(globalOptions(command));
      const { terminal } = context;
      const code = await context.roots.start(settings, {
        note: (text) => terminal.note(text),
        listening: (url) => terminal.note(`plumbline: ready on ${url} (Ctrl-C stops it)`),
        finished: (call) => terminal.out(finishedText(call, context)),
      });
      context.finish(code);
    });
}

/** The options that stand before the command's name. */
export function globalOptions(command: Command): { settingsFile?: string | undefined; home?: string | undefined } {
  const { settings, home } = command.optsWithGlobals<{ settings?: string; home?: string }>();
  return { settingsFile: settings, home };
}

/** A call as it finishes: score, critical errors, and the sentences that prove them. */
export function finishedText(call: FinishedCall, context: CommandContext): string {
  const { terminal, uiLanguage } = context;
  const head = terminal.style('bold', call.title);
  const length = call.durationMs === undefined ? '' : `  ${clockTime(call.durationMs)}`;
  if (call.refusal !== undefined) return `${terminal.style('red', '✕')} ${head}${length}  ${call.refusal[uiLanguage]}`;
  if (call.scorecards.length === 0)
    return `${terminal.style('gray', '○')} ${head}${length}  no published rubric is for this call`;
  return call.scorecards
    .map((card) => {
      const proofs = criticalProof(card, uiLanguage).map((line) => `\n      ${terminal.style('red', '✖')} ${line}`);
      return `${terminal.style('green', '✓')} ${head}${length}  ${card.rubric.id} ${terminal.style('bold', scoreText(card, uiLanguage))}  critical: ${criticalText(card, uiLanguage)}${proofs.join('')}`;
    })
    .join('\n');
}
