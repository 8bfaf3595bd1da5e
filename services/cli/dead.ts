import type { Command } from 'commander';
import type { CommandContext } from './program.ts';
import type { Product } from './roots.ts';
import { globalOptions } from './start.ts';
import { UsageError } from './terminal.ts';

export function deadCommands(program: Command, context: CommandContext): void {
  const dead = program.command('dead').description('work that failed for good: shown, and replayed by one command');
  dead
    .command('list')
    .description('every dead letter, newest first')
    .option('--json', 'one line a letter')
    .action(async (options: { json?: boolean }, command: Command) => {
      await withProduct(context, command, async (product) => {
        let after: string | undefined;
        let count = 0;
        do {
          const page = await product.dead.list({ limit: 200, after });
          for (const letter of page.letters) {
            count += 1;
            context.terminal.out(
              options.json === true
                ? JSON.stringify(letter)
                : `${letter.id}  ${new Date(letter.diedAt).toISOString()}  ${letter.stage}  ${letter.code}  ${letter.message}`,
            );
          }
          after = page.next;
        } while (after !== undefined);
        if (count === 0 && options.json !== true) context.terminal.note('plumbline: nothing is dead');
      });
    });
  dead
    .command('show')
    .description('one dead letter')
    .argument('<id>')
    .option('--json', 'as JSON')
    .action(async (id: string, options: { json?: boolean }, command: Command) => {
      await withProduct(context, command, async (product) => {
        const letter = await product.dead.get(id);
        if (letter === undefined) throw new UsageError(`dead letter ${id}: there is none`);
        context.terminal.out(
          options.json === true
            ? JSON.stringify(letter)
            : Object.entries(letter)
                .map(
                  ([name, value]) =>
                    `${name}: ${name === 'diedAt' ? new Date(Number(value)).toISOString() : String(value ?? '')}`,
                )
                .join('\n'),
        );
      });
    });
  dead
    .command('replay')
    .description('puts dead work back; --all for every letter')
    .argument('[id]')
    .option('--all', 'every dead letter')
    .action(async (id: string | undefined, options: { all?: boolean }, command: Command) => {
      if ((id === undefined) === (options.all !== true)) throw new UsageError('dead replay: give one id, or --all');
      await withProduct(context, command, async (product) => {
        const ids = id === undefined ? await everyLetter(product) : [id];
        for (const each of ids) {
          if (!(await product.dead.replay(each)) && id !== undefined) throw new UsageError(`dead letter ${each}: there is none`);
        }
        context.terminal.note(`plumbline: ${ids.length} put back`);
      });
    });
}

async function everyLetter(product: Product): Promise<string[]> {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const page = await product.dead.list({ limit: 200, after });
    ids.push(...page.letters.map((letter) => letter.id));
    after = page.next;
  } while (after !== undefined);
  return ids;
}

/** Opens the product for one command and closes it whatever happens. */
export async function withProduct(
  context: CommandContext,
  command: Command,
  use: (product: Product) => Promise<void>,
): Promise<void> {
  const settings = await context.roots.settings(globalOptions(command));
  const product = await context.roots.product(settings, { working: false }, (text) => context.terminal.note(text));
  try {
    await use(product);
  } finally {
    await product.close();
  }
}
