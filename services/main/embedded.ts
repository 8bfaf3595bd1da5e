import { join } from 'node:path';
import { createApi } from '../api/index.ts';
import type { StartUi } from '../cli/roots.ts';
import { settleUploads } from '../../ingest/index.ts';
import { packageRoot, type Settings, SettingsError, systemClock } from '../kernel/index.ts';
import { apiDeps } from './api-deps.ts';
import { watchCalls } from './own-product.ts';
import { openProductCore, type ProductCore } from './product-core.ts';
import { noteRunning } from './running-product.ts';
import { deliverSamples, watchSources } from './sources.ts';
import { keepUp } from './upkeep.ts';
import { webFiles } from '../adapters/folder/web-files.ts';

/**
 * The whole product in one process: opens it, answers on HTTP, watches the folders, feeds the sample calls on an empty data
 * folder, and runs until `stop` aborts.
 * @returns exit code 0 after an ordered stop, 1 when it stopped because its bus gave up on it
 */
export async function runEmbedded(
  settings: Settings,
  environment: Readonly<Record<string, string | undefined>>,
  version: string,
  ui: StartUi,
  stopped: AbortSignal,
): Promise<number> {
  const crash = new AbortController();
  const stop = AbortSignal.any([stopped, crash.signal]);
  const core = await openProductCore({
    settings,
    environment,
    working: true,
    note: (text) => ui.note(text),
    onCrash: () => crash.abort(),
  });
  const deps = apiDeps(core, version);
  const app = await createApi(
    { ...apiDeps(core, version), web: await webFiles(join(packageRoot, 'dist-web')) },
    (error, request) => core.log.error({ error, ...request }, 'unexpected'),
  );
  const upkeep = [
    keepUp({ name: 'changes', everyMs: 300_000, work: () => deps.changes.forget() }, core.log),
    keepUp({ name: 'uploads', everyMs: 60_000, work: () => settleUploads(deps.uploads, systemClock.now()) }, core.log),
  ];
  const { host, port, token } = settings.http;
  try {
    await app.listen(port, host);
  } catch (error) {
    await core.close([{ name: 'http', stop: () => app.close() }, ...upkeep]);
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
      throw new SettingsError(`http.port: ${port} is taken by another program on this machine; set PLUMBLINE_PORT to another`);
    throw error;
  }
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  await noteRunning(settings.home, { url, ...(token === undefined ? {} : { token }) });
  ui.listening(url);
  const work = Promise.all([feedSamples(core, ui, stop), watchSources(core, stop)]);
  await Promise.race([work.then(() => aborted(stop)), aborted(stop)]);
  ui.note('plumbline: stopping ...');
  await core.close([{ name: 'http', stop: () => app.close(), patienceMs: 10_000 }, ...upkeep]);
  return crash.signal.aborted ? 1 : 0;
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** On an empty data folder: the bundled calls, through the real pipeline; the terminal hears of each as it finishes. */
async function feedSamples(core: ProductCore, ui: StartUi, stop: AbortSignal): Promise<void> {
  if (!core.settings.samples) return;
  const counts = await core.calls.counts();
  const known = Object.values(counts.deliveries).reduce((sum, count) => sum + count, 0);
  const calls = new Set<string>();
  if (known === 0)
    ui.note('plumbline: the data folder is empty; six sample calls go through the pipeline (about two minutes) ...');
  else {
    const { calls: latest } = await core.calls.list({ limit: 200 });
    for (const { callId, source, state } of latest)
      if (source === 'samples' && (state === 'received' || state === 'transcribed')) calls.add(callId);
    if (calls.size === 0) return;
  }
  const watching = new AbortController();
  stop.addEventListener('abort', () => watching.abort(), { once: true });
  if (known === 0) for (const callId of await deliverSamples(core, stop)) calls.add(callId);
  await watchCalls(core, calls, (call) => ui.finished(call), watching.signal);
  if (!stop.aborted)
    ui.note('plumbline: the sample calls are scored. Put your own recordings in: npx --no plumbline ingest FOLDER');
}
