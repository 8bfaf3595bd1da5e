import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, expect, test } from 'vitest';
import { packageRoot } from '../../services/kernel/index.ts';
import { openProductInside } from '../servers/product-inside.ts';
import { startSpeechStub } from '../servers/speech-stub.ts';

const folder = mkdtempSync(join(tmpdir(), 'plumbline lone '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a job that took its process down three times runs alone in a child, and leaves what it would have left', async () => {
  const away = await startSpeechStub();
  const port = Number(new URL(away.baseUrl).port);
  const product = await openProductInside(folder, away);
  await away.close();
  const { callId } = await product.core.deliver({
    source: 'test',
    name: 'a.flac',
    metadata: { direction: 'outbound', queue: 'wealth-outbound' },
    bytes: (async function* () {
      yield readFileSync(join(packageRoot, 'samples', 'zh-02.flac'));
    })(),
  });
  const jobs = async (): Promise<number> =>
    (
      await sql<{
        count: number;
      }>`update runtime.job set losses = 3 where stage = 'transcribe' and state = 'ready' returning 1`.execute(
        product.core.database.reader(),
      )
    ).rows.length;
  while ((await jobs()) === 0) await sleep(200);
  const back = await startSpeechStub({ port });
  try {
    await product.settled();
    expect((await product.core.calls.get(callId ?? ''))?.state).toBe('scored');
    const log = readFileSync(join(product.home, 'logs', 'plumbline.log'), 'utf8');
    expect(log).toContain('runs alone, in a child');
    expect(log).toContain('"process":"lone-job"');
  } finally {
    await product.close();
    await back.close();
  }
}, 120_000);
