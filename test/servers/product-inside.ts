import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApi } from '../../services/api/index.ts';
import { readSettings } from '../../services/kernel/index.ts';
import { apiDeps } from '../../services/main/api-deps.ts';
import { openProductCore, type CoreOptions, type ProductCore } from '../../services/main/product-core.ts';
import type { SpeechStub } from './speech-stub.ts';

/** The product in this process, with its HTTP face: for tests that look into it or take a part of it away. */
export interface ProductInside {
  readonly core: ProductCore;
  readonly url: string;
  readonly home: string;
  /** Until every call is scored, failed or erased and no work is ready. */
  settled(): Promise<void>;
  /** Stops it in order; a second time is no more than waiting for the first. */
  close(): Promise<void>;
}

export async function openProductInside(
  folder: string,
  stub: SpeechStub,
  options: { settings?: Record<string, unknown>; redactor?: CoreOptions['redactor']; working?: boolean } = {},
): Promise<ProductInside> {
  const home = join(folder, 'home');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const settings = readSettings(
    { PLUMBLINE_HOME: home },
    {
      name: 'settings',
      text: JSON.stringify({
        http: { port: 0 },
        samples: false,
        recogniser: { baseUrl: stub.baseUrl, apiKey: stub.apiKey },
        disk: { minFreeBytes: 0, minFreePercent: 0 },
        ...options.settings,
      }),
    },
  );
  const core = await openProductCore({
    settings,
    environment: {},
    working: options.working ?? true,
    note: () => undefined,
    ...(options.redactor === undefined ? {} : { redactor: options.redactor }),
  });
  let app: NestFastifyApplication;
  try {
    app = await createApi(apiDeps(core, '0.0.0'), (error, request) => core.log.error({ error, ...request }, 'unexpected'));
    await app.listen(0, '127.0.0.1');
  } catch (error) {
    await core.close();
    throw error;
  }
  let closed: Promise<void> | undefined;
  return {
    core,
    home,
    url: (await app.getUrl()).replace('[::1]', '127.0.0.1'),
    settled: async () => {
      for (let still = 0; still < 3;) {
        const { calls } = await core.calls.counts();
        const { stages, dead } = await core.runtime.health();
        const working = stages.reduce((sum, { ready, working: busy, waiting }) => sum + ready + busy + waiting, 0);
        still = calls.received + calls.transcribed <= dead && working === 0 ? still + 1 : 0;
        await sleep(150);
      }
    },
    close: () => (closed ??= core.close([{ name: 'http', stop: () => app.close() }])),
  };
}

/** Settings of a test's own, written where the command finds them. */
export function writeSettings(home: string, settings: Record<string, unknown>): void {
  writeFileSync(join(home, 'settings.yaml'), JSON.stringify({ home, ...settings }));
}
