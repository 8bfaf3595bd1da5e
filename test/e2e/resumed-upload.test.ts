import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../services/kernel/index.ts';
import { newHome, type RunningProductUnderTest, startProduct } from '../servers/product.ts';
import { type SpeechStub, startSpeechStub } from '../servers/speech-stub.ts';

/** An upload survives what happens to its server, and is a delivery once. */
describe('an upload whose server is killed', () => {
  const folder = newHome();
  const content = readFileSync(join(packageRoot, 'samples', 'zh-02.flac'));
  let stub: SpeechStub;
  let product: RunningProductUnderTest;
  const start = async (): Promise<void> => {
    product = await startProduct(folder.home, { PLUMBLINE_RECOGNISER_URL: stub.baseUrl, PLUMBLINE_RECOGNISER_KEY: stub.apiKey });
  };
  beforeAll(async () => {
    stub = await startSpeechStub();
    await start();
  });
  afterAll(async () => {
    await product.stop();
    await stub.close();
    folder.remove();
  });

  const tus = { 'tus-resumable': '1.0.0' };
  const at = (path: string): URL => new URL(path, product.url);
  const offsetOf = async (place: string): Promise<number> =>
    Number((await fetch(at(place), { method: 'HEAD', headers: tus })).headers.get('upload-offset'));
  const patch = (place: string, from: number, to: number): Promise<Response> =>
    fetch(at(place), {
      method: 'PATCH',
      headers: { ...tus, 'upload-offset': String(from), 'content-type': 'application/offset+octet-stream' },
      body: new Uint8Array(content.subarray(from, to)),
    });

  /** Every file of the raw store, to look for what must not be there. */
  const rawFiles = (): Buffer[] =>
    readdirSync(join(folder.home, 'raw'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name)));

  test('goes on where it was, in the same place, and is on the ledger once', { timeout: 300_000 }, async () => {
    const begun = await fetch(at('/api/v1/uploads'), {
      method: 'POST',
      headers: {
        ...tus,
        'upload-length': String(content.length),
        'upload-metadata': `filename ${Buffer.from('zh-02.flac').toString('base64')}`,
      },
    });
    const place = begun.headers.get('location') ?? '';
    const half = Math.floor(content.length / 2);
    expect((await patch(place, 0, half)).status).toBe(204);
    const kept = rawFiles();
    expect(kept.length).toBeGreaterThan(0);
    for (const file of kept) {
      expect(file.includes('fLaC')).toBe(false);
      expect(file.includes('zh-02')).toBe(false);
    }
    await product.kill();
    await start();
    const offset = await offsetOf(place);
    expect(offset).toBe(half);
    // The last byte, and then no waiting for the answer: whoever comes back asks.
    const last = patch(place, offset, content.length).catch(() => undefined);
    await sleep(20);
    await product.kill();
    await last;
    await start();

    const resumed = await offsetOf(place);
    if (resumed < content.length) expect((await patch(place, resumed, content.length)).status).toBe(204);

    const deliveryId = await named(place);
    const delivery = (await (await fetch(at(`/api/v1/deliveries/${deliveryId}`))).json()) as { state: string; callId: string };
    expect(delivery).toMatchObject({ state: 'accepted', callId: expect.any(String) });
    const { lines } = (await (await fetch(at('/api/v1/ledger'))).json()) as { lines: { deliveryId: string; times: number }[] };
    expect(lines.map(({ deliveryId: id, times }) => [id, times])).toEqual([[deliveryId, 1]]);
  });

  /** What was whole when the server died is delivered by itself soon after it starts. */
  async function named(place: string): Promise<string> {
    for (;;) {
      const { headers } = await fetch(at(place), { method: 'HEAD', headers: tus });
      const id = headers.get('x-plumbline-delivery');
      if (id !== null) return id;
      await sleep(100);
    }
  }
});
