import type { Command } from 'commander';
import { dayBounds, type ReconciledRecording, type Reconciliation } from '../../ingest/index.ts';
import { withProduct } from './dead.ts';
import type { CommandContext } from './program.ts';
import { exitCodes, UsageError } from './terminal.ts';

export function reconcileCommand(program: Command, context: CommandContext): void {
  program
    .command('reconcile')
    .description('what arrived of a day against what manifests announced; exit 1 when something is missing')
    .argument('<date>', 'YYYY-MM-DD: the day on which calls started, in the time zone of the centre')
    .option('--json', 'as JSON')
    .action(async (date: string, options: { json?: boolean }, command: Command) => {
      if (dayBounds(date, '+00:00') === undefined) throw new UsageError('reconcile: a date is YYYY-MM-DD');
      await withProduct(context, command, async (product) => {
        const result = await product.reconcile(date);
        context.terminal.out(options.json === true ? JSON.stringify(result) : reconciliationText(result, context));
        context.finish(result.missing.length === 0 ? exitCodes.done : exitCodes.doneWithFailures);
      });
    });
}

function reconciliationText(result: Reconciliation, { uiLanguage }: CommandContext): string {
  const { date, zoneOffset, expected, arrived, missing, unexpected, duplicates, failed, unfinished } = result;
  const lines = [
    `${date} (UTC${zoneOffset}): ${expected} expected, ${arrived} arrived, ${missing.length} missing, ${unexpected.length} unexpected, ${duplicates.length} duplicates, ${failed.length} failed, ${unfinished.length} not scored yet`,
  ];
  const list = (word: string, recordings: readonly ReconciledRecording[], more: (index: number) => string = () => ''): void => {
    for (const [index, recording] of recordings.entries()) lines.push(`${word.padEnd(12)}${nameOf(recording)}${more(index)}`);
  };
  list('missing', missing);
  list('unexpected', unexpected);
  list('duplicate', duplicates);
  list('failed', failed, (index) => `: ${failed[index]?.reason.text[uiLanguage] ?? ''}`);
  list('not scored', unfinished);
  return lines.join('\n');
}

const nameOf = ({ source, name, externalId }: ReconciledRecording): string =>
  `${source}: ${name}${externalId === undefined ? '' : ` (${externalId})`}`;
