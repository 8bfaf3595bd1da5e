// One leased job in a process of its own: lone-job.js JOB-ID LEASE-NUMBER. Ends with 0 once its outcome is stored.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFileStore, readOrMakeKeys } from '../adapters/file-store/index.ts';
import { openAiRecogniser } from '../adapters/openai/index.ts';
import { PostgresCallStore, postgresCallGate } from '../adapters/postgres/call-store.ts';
import { postgresDataKeys } from '../adapters/postgres/data-keys.ts';
import { openDatabase } from '../adapters/postgres/database.ts';
import { runningServer } from '../adapters/postgres/embedded-server.ts';
import { PostgresSearchIndex } from '../adapters/postgres/search-index.ts';
import { postgresRuntimeStore } from '../adapters/postgres/runtime-store.ts';
import { PostgresDecisionStore, PostgresRubricStore, PostgresScorecardStore } from '../adapters/postgres/scoring-store.ts';
import { PostgresTranscriptStore } from '../adapters/postgres/transcript-store.ts';
import { encryptedRawStore, masterKeyWrapping } from '../adapters/raw-store/index.ts';
import { runOne } from '../runtime/index.ts';
import { openAudioParts } from './audio-parts.ts';
import { openJudge } from './judge.ts';
import { loneJobSchema, loneJobVariable } from './lone-child.ts';
import { openLog } from './product-log.ts';
import { stagesOf } from './stages.ts';

const [jobId = '', leaseNumber = ''] = process.argv.slice(2);
const { settings, recogniser: place } = loneJobSchema.parse(JSON.parse(process.env[loneJobVariable] ?? 'null'));
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());

const log = await openLog(settings, 'lone-job');
const address = settings.database.url === undefined ? runningServer(settings.home) : { url: settings.database.url };
if (address === undefined) throw new Error('no database runs on this data folder');
const database = openDatabase({ address, connections: 3 });
const scratch = await mkdtemp(join(tmpdir(), 'plumbline-lone-'));
try {
  const { masterKey } = await readOrMakeKeys(settings.home);
  const objects = await openFileStore(join(settings.home, 'objects'), { sweeps: false });
  const raw = encryptedRawStore({
    objects: await openFileStore(join(settings.home, 'raw'), { sweeps: false }),
    keys: postgresDataKeys(database),
    wrapping: masterKeyWrapping(masterKey),
  });
  const { name, model, version } = place.engine;
  const recogniser = openAiRecogniser({ address: place, model, name, version, timeoutMs: settings.recogniser.timeoutMs });
  const audio = await openAudioParts(recogniser, raw, objects, scratch);
  const calls = new PostgresCallStore(database);
  const stages = stagesOf({
    settings,
    calls,
    transcripts: new PostgresTranscriptStore(database),
    rubrics: new PostgresRubricStore(database),
    scorecards: new PostgresScorecardStore(database),
    decisions: new PostgresDecisionStore(database),
    searchIndex: new PostgresSearchIndex(database),
    raw,
    objects,
    hearing: audio.hearing,
    ...openJudge(settings, database, log),
  });
  const store = postgresRuntimeStore(database, postgresCallGate(calls));
  const done = await runOne({ store, stages, log }, { jobId, number: Number(leaseNumber) }, stop.signal);
  audio.close();
  process.exitCode = done ? 0 : 1;
} finally {
  await database.close();
  await rm(scratch, { recursive: true, force: true });
}
