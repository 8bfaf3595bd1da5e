import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DiskFolder } from '../adapters/folder/folder-files.ts';
import { BucketSource, readBucketNotice, s3Client } from '../adapters/s3/index.ts';
import {
  fileNamePattern,
  type FolderFiles,
  type FolderSourceDeps,
  type FolderSourceSettings,
  type ListedFile,
  SettledFiles,
  takeRecordings,
} from '../../ingest/index.ts';
import { type BucketSource as BucketSettings, type FolderSource, packageRoot, systemClock } from '../kernel/index.ts';
import { describeError } from '../runtime/index.ts';
import type { ProductCore } from './product-core.ts';

/** How a source is watched where several processes could: one at a time does it. */
export type InTurn = (source: string, watch: (stop: AbortSignal) => Promise<void>) => Promise<void>;

/** Everything that the settings say to take recordings from, until `stop` aborts. */
export async function watchSources(
  core: ProductCore,
  stop: AbortSignal,
  inTurn: InTurn = (_source, watch) => watch(stop),
): Promise<void> {
  const { sources, bucketSources } = core.settings;
  await Promise.all([
    ...sources.map((source) => inTurn(source.name, (signal) => watchFolder(core, source, signal))),
    ...bucketSources.map((source) => inTurn(source.name, (signal) => watchBucket(core, source, signal))),
  ]);
}

/** Delivers the calls that come with the product; their ids. */
export async function deliverSamples(core: ProductCore, stop: AbortSignal): Promise<ReadonlySet<string>> {
  const files = new DiskFolder(join(packageRoot, 'samples'));
  const settings = { source: 'samples', patterns: [], zoneOffset: core.settings.zoneOffset, after: 'leave' } as const;
  const calls = new Set<string>();
  const note: Parameters<typeof takeRecordings>[3] = (_found, result) => {
    if (typeof result === 'object' && result.callId !== undefined) calls.add(result.callId);
  };
  await takeRecordings(sourceDeps(core, files), settings, await files.list(), note, stop);
  return calls;
}

/** What takes recordings out of these files. */
function sourceDeps(core: ProductCore, files: FolderFiles): FolderSourceDeps {
  return {
    calls: core.calls,
    files,
    clock: systemClock,
    deliver: (file) => core.deliver(file),
    accepting: () => core.accepting(),
  };
}

/** Takes what is complete in a watched folder, again and again. A folder that cannot be read is logged and tried again. */
async function watchFolder(core: ProductCore, source: FolderSource, stop: AbortSignal): Promise<void> {
  const files = new DiskFolder(source.path, source.after, source.moveTo);
  const settled = new SettledFiles(source.settleMs);
  const take = taker(core, source, files, stop);
  await again(core, source, stop, async () => {
    await take(settled.next(await files.list(), systemClock.now()));
  });
}

/**
 * Takes what lies in a bucket, a page of the listing at a time, again and again. Where the bucket tells Kafka of new objects each
 * is taken when it is told of; the listing goes on and finds what was never told.
 */
async function watchBucket(core: ProductCore, source: BucketSettings, stop: AbortSignal): Promise<void> {
  const client = s3Client(source);
  const files = new BucketSource({ client, bucket: source.bucket, prefix: source.prefix, after: source.after });
  const take = taker(core, source, files, stop);
  const told = hearNotices(core, source, stop, async (name) => take(await files.beside(name)));
  await again(core, source, stop, async () => {
    for await (const page of files.pages()) {
      if (stop.aborted) return;
      await take(page);
    }
  });
  await told;
  client.destroy();
}

/** Hears of new objects over Kafka, where the settings name a topic for that, until `stop` aborts. */
async function hearNotices(
  { bus, log, settings }: ProductCore,
  { name: source, bucket, prefix, noticeTopic }: BucketSettings,
  stop: AbortSignal,
  told: (name: string) => Promise<void>,
): Promise<void> {
  if (bus === undefined || noticeTopic === undefined) return;
  const group = `${settings.events.kafka?.groupPrefix ?? 'plumbline'}.source.${source}`;
  const heard = async (values: readonly Uint8Array[]): Promise<void> => {
    for (const value of values) {
      const objects = readBucketNotice(value);
      if (objects === undefined) log.warn({ source }, 'a record on the topic of a bucket is no notification');
      for (const { bucket: of, key } of objects ?? [])
        if (of === bucket && key.startsWith(prefix)) await told(key.slice(prefix.length));
    }
  };
  while (!stop.aborted) {
    const over = new AbortController();
    try {
      // The listing goes on whatever becomes of this: a crash is no reason to end.
      const member = await bus.hearForeign({ group, topic: noticeTopic, heard, crashed: () => over.abort() });
      await aborted(AbortSignal.any([stop, over.signal]));
      await member.stop();
    } catch (error) {
      log.warn({ source, error: describeError(error) }, 'notifications of a bucket cannot be heard; tried again');
    }
    await sleep(5_000, undefined, { signal: stop }).catch(() => undefined);
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Delivers listed files of one source, and says in the log how many became what. */
function taker(
  core: ProductCore,
  source: Pick<FolderSource, 'name' | 'patterns' | 'after'>,
  files: FolderFiles,
  stop: AbortSignal,
): (listed: readonly ListedFile[]) => Promise<void> {
  const { zoneOffset } = core.settings;
  const patterns = source.patterns.map((text) => fileNamePattern(text, zoneOffset));
  const settings: FolderSourceSettings = { source: source.name, patterns, zoneOffset, after: source.after };
  return async (listed) => {
    const tally: Record<string, number> = {};
    const note: Parameters<typeof takeRecordings>[3] = (_found, result) => {
      const state = typeof result === 'object' ? result.state : result;
      tally[state] = (tally[state] ?? 0) + 1;
    };
    await takeRecordings(sourceDeps(core, files), settings, listed, note, stop);
    const { known: _known, ...news } = tally;
    if (Object.keys(news).length > 0) core.log.info({ source: source.name, ...news }, 'taken from a source');
  };
}

async function again(
  core: ProductCore,
  source: { readonly name: string; readonly everyMs: number },
  stop: AbortSignal,
  turn: () => Promise<void>,
): Promise<void> {
  while (!stop.aborted) {
    try {
      await turn();
    } catch (error) {
      core.log.warn({ source: source.name, error: describeError(error) }, 'a source could not be taken from; tried again');
    }
    await sleep(source.everyMs, undefined, { signal: stop }).catch(() => undefined);
  }
}
