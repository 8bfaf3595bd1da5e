// The process that answers on HTTP: page, interface, uploads.
import { join } from 'node:path';
import { settleUploads } from '../../ingest/index.ts';
import { createApi } from '../api/index.ts';
import { packageRoot, systemClock } from '../kernel/index.ts';
import { apiDeps } from './api-deps.ts';
import { processes } from './duties.ts';
import { runProcess } from './run-process.ts';
import { keepUp } from './upkeep.ts';
import { webFiles } from '../adapters/folder/web-files.ts';

await runProcess({
  duties: processes.api,
  ownHttp: true,
  serve: async (core, state, version) => {
    const deps = apiDeps(core, version);
    const app = await createApi(
      {
        ...deps,
        web: await webFiles(join(packageRoot, 'dist-web')),
        health: async () => {
          const [health, { ready, reasons }] = await Promise.all([core.runtime.health(), state.ready()]);
          return { ...health, ready, reasons };
        },
      },
      (error, request) => core.log.error({ error, ...request }, 'unexpected'),
    );
    const { host, port } = core.settings.http;
    await app.listen(port, host);
    return {
      closing: [
        { name: 'http', stop: () => app.close(), patienceMs: 10_000 },
        keepUp({ name: 'changes', everyMs: 300_000, work: () => deps.changes.forget() }, core.log),
        keepUp({ name: 'uploads', everyMs: 60_000, work: () => settleUploads(deps.uploads, systemClock.now()) }, core.log),
      ],
    };
  },
});
