// One life of the product under load, for the kill test: `node life.js HOME UP-TO-CALLS`. It says what it does in JSON lines, and
// ends by itself once every call is through and exported.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { holdHome } from '../../services/adapters/data-home/hold.ts';
import { openDatabase } from '../../services/adapters/postgres/database.ts';
import { startEmbeddedServer } from '../../services/adapters/postgres/embedded-server.ts';
import { migrate } from '../../services/adapters/postgres/migrate.ts';
import { postgresRuntimeStore } from '../../services/adapters/postgres/runtime-store.ts';
import { createLog, createRuntime, shutDown } from '../../services/runtime/index.ts';
import { deliver, exportAll, makeTables, stubStages } from './stub-pipeline.ts';

const [home = '', upTo = '0'] = process.argv.slice(2);
const say = (what: Record<string, unknown>): void => void process.stdout.write(`${JSON.stringify(what)}\n`);

const hold = holdHome(home, () => new Date());
const server = await startEmbeddedServer({ hold });
say({ server: server.pid, adopted: server.adopted });
const database = openDatabase({ address: server.address });
await migrate(database);
const gate = await makeTables(database);
const log = createLog({ level: 'warn', process: 'life' }, { write: (line) => void process.stderr.write(line) });
const runtime = createRuntime({
  store: postgresRuntimeStore(database, gate),
  stages: stubStages(database, 15),
  owner: 'embedded',
  log,
  tuning: { failureWaitMs: 50, pollMs: 200 },
});
await runtime.start();
say({ working: true });
await deliver(runtime, database, Number(upTo));
// Jobs that wait for their next try are work too.
for (;;) {
  await runtime.idle();
  const { stages, dead } = await runtime.health();
  if (dead > 0 || stages.every(({ ready, working, waiting }) => ready + working + waiting === 0)) break;
  await new Promise((resolve) => setTimeout(resolve, 100));
}
await new Promise((resolve) => setTimeout(resolve, 600));
writeFileSync(join(home, 'export.json'), await exportAll(database));
const failed = await shutDown(
  [
    { name: 'runtime', stop: () => runtime.stop() },
    { name: 'database', stop: () => database.close() },
    { name: 'server', stop: () => server.stop() },
  ],
  log,
);
hold.release();
say({ complete: true, failed });
