import type { Command } from 'commander';
import { commandSource, expectedRecordings, type ManifestRow, readManifest } from '../../ingest/index.ts';
import { sha256 } from '../kernel/index.ts';
import type { CommandContext } from './program.ts';
import { readText } from './read-input.ts';
import { finishedText, globalOptions } from './start.ts';
import { exitCodes, UsageError } from './terminal.ts';

interface IngestOptions {
  readonly manifest?: string;
  readonly source?: string;
  readonly wait: boolean;
  readonly json?: boolean;
}

export function ingestCommand(program: Command, context: CommandContext): void {
  program
    .command('ingest')
    .description('brings a folder of recordings in, with progress; waits until they are scored')
    .argument('<folder>', 'the folder; its files are left as they are')
    .option('--manifest <file>', 'CSV or JSON: file, external id, agent, team, queue, direction, start, language, ...')
    .option('--source <name>', 'name of the source on the ledger', commandSource)
    .option('--no-wait', 'end when everything is on the ledger')
    .option('--json', 'one line a file and one a finished call')
    .action(async (folder: string, options: IngestOptions, command: Command) => {
      if (!/^[a-z0-9][a-z0-9-]{0,40}$/.test(options.source ?? ''))
        throw new UsageError('--source: lower case letters, digits and -');
      const settings = await context.roots.settings(globalOptions(command));
      const manifest = await readManifestFile(context, options.manifest, settings.zoneOffset);
      const product = await context.roots.product(settings, { working: options.wait }, (text) => context.terminal.note(text));
      try {
        if (manifest !== undefined)
          await product.expect(expectedRecordings(manifest.rows.values(), options.source ?? commandSource, manifest.sha256));
        context.finish(await bringIn(context, product, folder, options, manifest?.rows));
      } finally {
        await product.close();
      }
    });
}

async function bringIn(
  context: CommandContext,
  product: Awaited<ReturnType<CommandContext['roots']['product']>>,
  folder: string,
  options: IngestOptions,
  manifest: Map<string, ManifestRow> | undefined,
): Promise<number> {
  const { terminal } = context;
  const tally = { accepted: 0, duplicate: 0, conflict: 0, refused: 0, erased: 0, known: 0, waiting: 0 };
  const calls = new Set<string>();
  const unseen = new Set(manifest?.keys());
  await product.deliverFolder(
    folder,
    { source: options.source ?? commandSource, manifest },
    ({ name }, result) => {
      unseen.delete(name);
      if (result === 'known' || result === 'not-accepting') {
        tally[result === 'known' ? 'known' : 'waiting'] += 1;
        if (options.json === true) terminal.out(JSON.stringify({ file: name, state: result }));
        return;
      }
      tally[result.state] += 1;
      if (result.callId !== undefined && result.state !== 'erased' && result.state !== 'conflict') calls.add(result.callId);
      if (options.json === true) terminal.out(JSON.stringify({ file: name, ...result }));
      else if (result.refusal !== undefined) terminal.out(`✕ ${name}: ${result.refusal.text[context.uiLanguage]}`);
      else if (result.state === 'conflict')
        terminal.out(`✕ ${name}: another recording has this external id already; it was kept aside`);
    },
    context.signal,
  );
  const sums = Object.entries(tally)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state}`);
  terminal.note(`plumbline: ${sums.length === 0 ? 'no recordings found' : sums.join(', ')}`);
  for (const name of unseen) terminal.note(`plumbline: the manifest names ${name}, which is not in the folder`);
  let failed = tally.refused + tally.conflict + tally.waiting + unseen.size;
  if (options.wait && calls.size > 0) {
    const progress = terminal.progress(calls.size, 'scoring');
    let finished = 0;
    await product.watch(
      calls,
      (call) => {
        finished += 1;
        if (call.refusal !== undefined) failed += 1;
        if (options.json === true)
          terminal.out(JSON.stringify({ callId: call.callId, scorecards: call.scorecards, refusal: call.refusal ?? null }));
        else terminal.out(finishedText(call, context));
        progress.to(finished);
      },
      context.signal,
    );
    progress.stop();
  }
  return failed > 0 ? exitCodes.doneWithFailures : exitCodes.done;
}

interface ManifestFile {
  readonly sha256: string;
  readonly rows: Map<string, ManifestRow>;
}

async function readManifestFile(
  context: CommandContext,
  path: string | undefined,
  zoneOffset: string,
): Promise<ManifestFile | undefined> {
  if (path === undefined) return undefined;
  const text = await readText(context, path);
  const { rows, problems } = readManifest(text, zoneOffset);
  for (const { line, message } of problems) context.terminal.note(`plumbline: ${path}:${line}: ${message[context.uiLanguage]}`);
  if (rows.length === 0) throw new UsageError(`${path}: no usable line in the manifest`);
  return { sha256: sha256(text), rows: new Map(rows.map((row) => [row.file, row])) };
}
