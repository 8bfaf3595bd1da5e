import type { Command } from 'commander';
import { globalOptions } from './start.ts';
import type { CommandContext } from './program.ts';

/** `plumbline backup` and `plumbline restore`. */
export function backupCommands(program: Command, { roots, terminal }: CommandContext): void {
  program
    .command('backup')
    .description('add a snapshot of everything (database, objects, sealed recordings) to a backup folder; the product may run')
    .argument('<folder>', 'the backup folder; objects that it has already are not copied again')
    .option('--json', 'print what was done as JSON')
    .action(async (folder: string, { json }: { json?: true }) => {
      const settings = await roots.settings(globalOptions(program));
      const made = await roots.backup(settings, folder);
      if (json) terminal.out(JSON.stringify(made));
      else {
        terminal.out(
          `Snapshot ${made.snapshot}: ${made.tables} tables, ${made.objects} objects, ${made.newObjects} of them new.`,
        );
        terminal.note(
          'The master key is not in it: keep a copy of keys/ of the data folder elsewhere, or nothing sealed can be read.',
        );
      }
    });
  program
    .command('restore')
    .description('put a snapshot into an empty data folder')
    .argument('<folder>', 'the backup folder')
    .option('--snapshot <name>', 'which snapshot; default: the newest')
    .option('--json', 'print what was done as JSON')
    .action(async (folder: string, { snapshot, json }: { snapshot?: string; json?: true }) => {
      const settings = await roots.settings(globalOptions(program));
      const done = await roots.restore(settings, folder, snapshot);
      if (json) terminal.out(JSON.stringify(done));
      else {
        terminal.out(`Restored ${done.snapshot}: ${done.calls} calls.`);
        if (done.erased > 0) terminal.out(`Erased again, since they were erased after that snapshot: ${done.erased} calls.`);
      }
    });
}
