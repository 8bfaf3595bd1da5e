import type { Command } from 'commander';
import { globalOptions } from './start.ts';
import type { CommandContext } from './program.ts';

export function reindexCommand(program: Command, context: CommandContext): void {
  program
    .command('reindex')
    .description('makes the search index again from the database and the object store, without a gap; begun ones are taken up')
    .option('--json', 'how many calls were put into it')
    .action(async (options: { json?: boolean }) => {
      const { roots, terminal, signal } = context;
      const settings = await roots.settings(globalOptions(program));
      const product = await roots.product(settings, { working: false }, (text) => terminal.note(text));
      try {
        const made = await product.reindex((done) => {
          if (terminal.isInteractive) terminal.note(`plumbline: ${done} calls looked at ...`);
        }, signal);
        terminal.out(options.json === true ? JSON.stringify({ calls: made }) : `${made} calls are in the new index.`);
      } finally {
        await product.close();
      }
    });
}
