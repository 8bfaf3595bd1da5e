import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../services/kernel/index.ts';
import { launchProduct, newHome, runPlumbline, startProduct } from '../servers/product.ts';
import { type SpeechStub, startSpeechStub } from '../servers/speech-stub.ts';
import { random } from './seeded.ts';

const scale = Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1);
const kills = Math.max(4, Math.round(6 * scale));
const seed = Number(process.env['PLUMBLINE_TEST_SEED'] ?? 20_261_125);

/** Recordings under load: pieces of the samples, some with sidecars, one delivered twice, one that is refused, one conflict. */
function fillDrop(drop: string): void {
  mkdirSync(drop, { recursive: true });
  for (const [index, name] of ['zh-01', 'zh-02', 'zh-03', 'en-03'].entries())
    for (const piece of [0, 1, 2]) {
      const out = join(drop, `${name}-${piece}.wav`);
      execFileSync('ffmpeg', [
        '-v',
        'error',
        '-y',
        '-ss',
        String(8 + piece * 20),
        '-t',
        '12',
        '-i',
        join(packageRoot, 'samples', `${name}.flac`),
        out,
      ]);
      writeFileSync(
        out.replace(/\.wav$/, '.json'),
        JSON.stringify({
          externalId: `${name}-${piece}`,
          direction: index % 2 === 0 ? 'outbound' : 'inbound',
          queue: index === 3 ? 'card-service' : 'wealth-outbound',
        }),
      );
    }
  cpSync(join(drop, 'zh-01-0.wav'), join(drop, 'again.wav'));
  cpSync(join(drop, 'zh-02-1.wav'), join(drop, 'other.wav'));
  writeFileSync(join(drop, 'other.json'), JSON.stringify({ externalId: 'zh-01-1' }));
  writeFileSync(join(drop, 'page.wav'), '<!doctype html>');
}

const hasFfmpeg = ((): boolean => {
  try {
    execFileSync('ffmpeg', ['-version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!hasFfmpeg)(
  `a product killed with kill -9 at ${kills} random instants under load (seed ${seed}; needs ffmpeg)`,
  () => {
    const settings = (drop: string): Record<string, unknown> => ({
      sources: [{ name: 'drop', path: drop, settleMs: 0, everyMs: 300 }],
    });
    const steady = newHome();
    const shaken = newHome();
    const drop = join(steady.home, '..', 'drop');
    let stub: SpeechStub;
    const environment = (): Record<string, string> => ({
      PLUMBLINE_RECOGNISER_URL: stub.baseUrl,
      PLUMBLINE_RECOGNISER_KEY: stub.apiKey,
    });

    beforeAll(async () => {
      stub = await startSpeechStub({ delayMs: 60 });
      fillDrop(drop);
      for (const { home } of [steady, shaken]) {
        writeFileSync(join(home, 'settings.yaml'), JSON.stringify({ home, ...settings(drop) }));
        mkdirSync(join(home, 'keys'), { recursive: true, mode: 0o700 });
        for (const [name, byte] of [
          ['master.key', '11'],
          ['installation.key', '22'],
        ] as const)
          writeFileSync(join(home, 'keys', name), `${byte.repeat(32)}\n`, { mode: 0o600 });
      }
    });
    afterAll(async () => {
      await stub.close();
      steady.remove();
      shaken.remove();
    });

    const settled = async (home: string): Promise<string> => {
      const product = await startProduct(home, environment());
      for (let still = 0; still < 4;) {
        const health = (await (await fetch(new URL('/health/ready', product.url))).json()) as {
          dead: number;
          stages: { ready: number; working: number; waiting: number }[];
        };
        const { lines } = (await (await fetch(new URL('/api/v1/ledger?limit=200', product.url))).json()) as {
          lines: { callState: string | null; state: string }[];
        };
        const open = lines.filter(({ callState, state }) => state === 'accepted' && callState !== 'scored').length;
        expect(health.dead).toBe(0);
        still =
          lines.length === 15 && open === 0 && health.stages.every((stage) => stage.ready + stage.working + stage.waiting === 0)
            ? still + 1
            : 0;
        await sleep(200);
      }
      const { stdout } = await runPlumbline(home, ['export', '--canonical'], environment());
      await product.stop();
      return stdout;
    };

    test(
      'loses nothing, doubles nothing, kills no work, and exports the same bytes as one that nobody disturbed',
      async () => {
        const next = random(seed);
        for (let kill = 0; kill < kills; kill++) {
          const { product } = launchProduct(shaken.home, environment());
          await sleep(400 + next() * 5000);
          await product.kill();
        }
        const [disturbed, undisturbed] = [await settled(shaken.home), await settled(steady.home)];
        expect(undisturbed.split('\n').filter((line) => line.startsWith('{"call":'))).toHaveLength(12);
        expect(disturbed).toBe(undisturbed);
      },
      300_000 + kills * 20_000,
    );
  },
);
