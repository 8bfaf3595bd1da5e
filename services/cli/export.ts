import type { Command } from 'commander';
import type { CommandContext } from './program.ts';
import { globalOptions } from './start.ts';
import { UsageError } from './terminal.ts';

export function exportCommand(program: Command, context: CommandContext): void {
  program
    .command('export')
    .description('calls, transcripts, scorecards and the final ledger, one line each; the same content gives the same bytes')
    .option('--canonical', 'RFC 8785 JSON, sorted (the only form there is)')
    .option('--out <file>', 'write there instead of stdout')
    .action(async (options: { canonical?: boolean; out?: string }, command: Command) => {
      if (options.canonical !== true) throw new UsageError('export: say --canonical');
      const settings = await context.roots.settings(globalOptions(command));
      const product = await context.roots.product(settings, { working: false }, (text) => context.terminal.note(text));
      try {
        const lines: string[] = [];
        for await (const line of product.canonicalExport()) {
          if (options.out === undefined) context.terminal.out(line.trimEnd());
          else lines.push(line);
        }
        if (options.out !== undefined) await context.roots.writeFile(options.out, Buffer.from(lines.join('')));
      } finally {
        await product.close();
      }
    });
}
