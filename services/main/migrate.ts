// Brings the database to this version's schema, publishes the rubrics, and makes the topics where the settings say so; then ends.
import { migrate } from '../adapters/postgres/migrate.ts';
import { Failure, SettingsError } from '../kernel/index.ts';
import { busOf } from './event-flow.ts';
import { outputLog } from './product-log.ts';
import { contextStores, databaseOf, namedDatabase } from './product-stores.ts';
import { publishRubrics } from './publish-rubrics.ts';
import { guarded, processSettings } from './run-process.ts';

const code = await guarded(async () => {
  const settings = await processSettings();
  const log = outputLog(settings, 'migrate');
  const address = namedDatabase(settings);
  if (address === undefined)
    throw new SettingsError('settings: database.url: needed where the product runs as several processes');
  // One long statement may change a large table.
  const patient = { ...settings, database: { ...settings.database, statementTimeoutMs: 3_600_000 } };
  const database = databaseOf(patient, address, 'migrate');
  const bus = busOf(settings, log);
  try {
    const ran = await migrate(database);
    log.info({ migrations: ran }, 'the schema is that of this version');
    await publishRubrics(settings, database, contextStores(database).rubrics);
    const layout = settings.events.kafka?.create;
    if (bus !== undefined && layout !== undefined) await bus.createTopics(layout);
    return 0;
  } catch (error) {
    log.error({ error }, 'migrate failed');
    if (error instanceof Failure || error instanceof SettingsError) throw error;
    return 1;
  } finally {
    await bus?.close();
    await database.close();
  }
});
process.exit(code);
