// The process that takes recordings from folders and buckets. Of several one at a time watches a source.
import { processes } from './duties.ts';
import { runProcess } from './run-process.ts';
import { deliverSamples, watchSources } from './sources.ts';
import type { ProductCore } from './product-core.ts';

await runProcess({
  duties: processes.ingest,
  serve: async (core, _state, _version, stop) => ({
    closing: [],
    work: Promise.all([
      watchSources(core, stop, (source, watch) => core.database.lead(`source ${source}`, watch, stop)),
      samples(core, stop),
    ]).then(
      () => undefined,
      (error: unknown) => core.log.error({ error }, 'recordings are no longer taken'),
    ),
  }),
});

/** The bundled calls, where the settings ask for them and nothing was ever delivered. */
async function samples(core: ProductCore, stop: AbortSignal): Promise<void> {
  if (!core.settings.samples) return;
  const { deliveries } = await core.calls.counts();
  if (Object.values(deliveries).every((count) => count === 0)) await deliverSamples(core, stop);
}
