// One leased job in a process of its own: lone-job.js JOB-ID LEASE-NUMBER. Ends with 0 once its outcome is stored.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAiRecogniser } from '../adapters/openai/index.ts';
import { postgresCallGate } from '../adapters/postgres/call-store.ts';
import { runningServer } from '../adapters/postgres/embedded-server.ts';
import { postgresRuntimeStore } from '../adapters/postgres/runtime-store.ts';
import { runOne } from '../runtime/index.ts';
import { openAudioParts } from './audio-parts.ts';
import { installationKeys } from './installation-keys.ts';
import { openJudge } from './judge.ts';
import { loneJobSchema, loneJobVariable } from './lone-child.ts';
import { openLog } from './product-log.ts';
import { contextStores, databaseOf, namedDatabase, openObjects, openSearchIndex } from './product-stores.ts';
import { stagesOf } from './stages.ts';

const [jobId = '', leaseNumber = ''] = process.argv.slice(2);
const { settings, recogniser: place } = loneJobSchema.parse(JSON.parse(process.env[loneJobVariable] ?? 'null'));
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());

const log = await openLog(settings, 'lone-job');
const address = namedDatabase(settings) ?? runningServer(settings.home);
if (address === undefined) throw new Error('no database runs on this data folder');
const database = databaseOf({ ...settings, database: { ...settings.database, poolSize: 3 } }, address, 'lone-job');
const scratch = await mkdtemp(join(tmpdir(), 'plumbline-lone-'));
const index = openSearchIndex(settings, database, log);
try {
  const { wrapping } = await installationKeys(settings, settings.objects.s3 === undefined);
  const { objects, raw } = await openObjects(settings, database, wrapping, { sweeps: false, log });
  const { name, model, version } = place.engine;
  const recogniser = openAiRecogniser({ address: place, model, name, version, timeoutMs: settings.recogniser.timeoutMs });
  const audio = await openAudioParts(recogniser, raw, objects, scratch);
  const stores = contextStores(database);
  const stages = stagesOf({
    settings,
    ...stores,
    searchIndex: index.searchIndex,
    raw,
    objects,
    hearing: audio.hearing,
    ...openJudge(settings, database, log),
  });
  const store = postgresRuntimeStore(database, postgresCallGate(stores.calls));
  const done = await runOne({ store, stages, log }, { jobId, number: Number(leaseNumber) }, stop.signal);
  audio.close();
  process.exitCode = done ? 0 : 1;
} finally {
  for (const step of index.closing) await step.stop();
  await database.close();
  await rm(scratch, { recursive: true, force: true });
}
