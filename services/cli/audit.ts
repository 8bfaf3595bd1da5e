import type { Command } from 'commander';
import { withProduct } from './dead.ts';
import type { CommandContext } from './program.ts';
import type { AuditReport } from './roots.ts';
import { exitCodes } from './terminal.ts';

export function auditCommands(program: Command, context: CommandContext): void {
  const audit = program.command('audit').description('the trail of who saw what: only ever added to, and sealed into a chain');
  audit
    .command('verify')
    .description('computes the chain again; exit 1 when an entry was changed, removed or added')
    .option('--json', 'as JSON')
    .action(async (options: { json?: boolean }, command: Command) => {
      await withProduct(context, command, async (product) => {
        const report = await product.verifyAudit();
        const ok = report.broken === undefined;
        context.terminal.out(
          options.json === true ? JSON.stringify({ ok, ...report, broken: report.broken ?? null }) : auditText(report),
        );
        context.finish(ok ? exitCodes.done : exitCodes.doneWithFailures);
      });
    });
}

function auditText({ sealed, unsealed, broken, head }: AuditReport): string {
  const tail = `${unsealed} at the end ${unsealed === 1 ? 'is' : 'are'} not sealed yet`;
  if (broken === undefined) return `ok: ${sealed} entries are as they were sealed, ${tail}\nlast seal: ${head}`;
  const entry = broken.seq === undefined ? `the entry at place ${broken.place}` : `entry ${broken.seq} (place ${broken.place})`;
  return `NOT ok: ${entry} was ${broken.how}; the ${sealed} before it are as they were sealed, nothing after it is vouched for (${tail})`;
}
