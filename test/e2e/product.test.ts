import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../services/kernel/index.ts';
import { newHome, runPlumbline, type RunningProductUnderTest, startProduct } from '../servers/product.ts';
import { type SpeechStub, startSpeechStub } from '../servers/speech-stub.ts';

interface CallLine {
  readonly callId: string;
  readonly name: string;
  readonly state: string;
  readonly metadata: Record<string, unknown>;
  readonly scores: { rubricId: string; percent: number | null }[];
}

const sample = (name: string): Buffer => readFileSync(join(packageRoot, 'samples', name));

/** The whole product as a person runs it, with a recogniser that answers at once. */
describe('a product on an empty data folder', () => {
  const folder = newHome({ sources: [{ name: 'drop', path: '/will-be-replaced', settleMs: 200, everyMs: 300 }] });
  const drop = join(folder.home, 'drop');
  let stub: SpeechStub;
  let product: RunningProductUnderTest;
  const environment = (): Record<string, string> => ({
    PLUMBLINE_RECOGNISER_URL: stub.baseUrl,
    PLUMBLINE_RECOGNISER_KEY: stub.apiKey,
  });
  const json = async <T>(path: string): Promise<T> => (await fetch(new URL(path, product.url))).json() as Promise<T>;
  const until = async (done: (calls: CallLine[]) => boolean): Promise<CallLine[]> => {
    for (;;) {
      const { calls } = await json<{ calls: CallLine[] }>('/api/v1/calls?limit=200');
      if (done(calls)) return calls;
      await sleep(300);
    }
  };

  beforeAll(async () => {
    mkdirSync(drop);
    const settings = join(folder.home, 'settings.yaml');
    writeFileSync(settings, readFileSync(settings, 'utf8').replace('/will-be-replaced', drop));
    stub = await startSpeechStub();
    product = await startProduct(folder.home, environment());
  });
  afterAll(async () => {
    await product.stop();
    await stub.close();
    folder.remove();
  });

  test('a file dropped into a watched folder becomes a scored call with its sidecar’s metadata', async () => {
    cpSync(join(packageRoot, 'samples', 'zh-02.meta.json'), join(drop, 'zh-02.meta.json'));
    cpSync(join(packageRoot, 'samples', 'zh-02.flac'), join(drop, 'zh-02.flac'));
    const calls = await until((all) => all.some(({ name, state }) => name === 'zh-02.flac' && state === 'scored'));
    const call = calls.find(({ name }) => name === 'zh-02.flac');
    expect(call?.metadata).toMatchObject({ agentId: expect.any(String), direction: 'outbound', queue: 'wealth-outbound' });
    expect(call?.scores.map(({ rubricId }) => rubricId)).toContain('wealth-outbound');
  });

  test('an upload is heard, its audio can be played by range, its peaks and metrics read', async () => {
    const form = new FormData();
    form.set('file', new Blob([new Uint8Array(sample('en-03.flac'))]), 'en-03.flac');
    form.set('metadata', JSON.stringify({ direction: 'inbound', queue: 'card-service', language: 'en' }));
    const answer = await fetch(new URL('/api/v1/recordings', product.url), { method: 'POST', body: form });
    expect(answer.status).toBe(202);
    const { callId } = (await answer.json()) as { callId: string };
    await until((all) => all.some((call) => call.callId === callId && call.state === 'scored'));
    const audio = await fetch(new URL(`/api/v1/calls/${callId}/audio`, product.url), { headers: { range: 'bytes=0-3' } });
    expect(audio.status).toBe(206);
    expect(Buffer.from(await audio.arrayBuffer()).toString()).toBe('OggS');
    const transcript = await json<{ version: number; turns: unknown[] }>(`/api/v1/calls/${callId}/transcript`);
    expect(transcript.version).toBe(1);
    expect(transcript.turns.length).toBeGreaterThan(5);
    expect(await json(`/api/v1/calls/${callId}/peaks`)).toMatchObject({ version: 1 });
    expect(await json(`/api/v1/calls/${callId}/speech-metrics`)).toMatchObject({ version: 1 });
  });

  test('what can never be a recording is refused with a reason a person understands', async () => {
    const form = new FormData();
    form.set('file', new Blob(['<!doctype html><p>hello']), 'page.wav');
    const answer = await fetch(new URL('/api/v1/recordings', product.url), { method: 'POST', body: form });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({
      code: expect.stringMatching(/^audio\./),
      text: { zh: expect.any(String), en: expect.any(String) },
    });
    const { lines } = await json<{ lines: { state: string; name: string; refusal: unknown }[] }>('/api/v1/ledger?state=refused');
    expect(lines).toMatchObject([{ name: 'page.wav', state: 'refused' }]);
  });

  test('the command works beside the running product, and the first one says who holds the folder', async () => {
    const listed = await runPlumbline(folder.home, ['dead', 'list', '--json'], environment());
    expect(listed).toMatchObject({ code: 0, stdout: '' });
    const second = await runPlumbline(folder.home, ['start'], environment());
    expect(second.code).toBe(2);
    expect(second.stderr).toMatch(/in use by process \d+/);
  });

  test('late metadata chooses rubrics again without hearing the call again', async () => {
    const asked = stub.count;
    writeFileSync(join(drop, 'zh-02.flac.json'), JSON.stringify({ direction: 'inbound', queue: 'card-service' }));
    const calls = await until((all) =>
      all.some(({ name, scores }) => name === 'zh-02.flac' && scores.some(({ rubricId }) => rubricId === 'card-inbound')),
    );
    expect(calls.find(({ name }) => name === 'zh-02.flac')?.scores.map(({ rubricId }) => rubricId)).not.toContain(
      'wealth-outbound',
    );
    expect(stub.count).toBe(asked);
  });

  test('a new version of a rubric is applied to the past by one command', async () => {
    const file = join(folder.home, 'wealth.yaml');
    const yaml = readFileSync(join(packageRoot, 'rubrics', 'card-inbound.yaml'), 'utf8');
    writeFileSync(file, `${yaml}\n# another reading\n`.replace(/^order:.*$/m, '').replace(/^title:/m, 'order: 7\ntitle:'));
    const published = await runPlumbline(folder.home, ['rubric', 'publish', file, '--backfill', '--json'], environment());
    expect(published.code).toBe(0);
    const { version, hash } = JSON.parse(published.stdout) as { version: number; hash: string };
    expect(version).toBe(2);
    for (;;) {
      const { calls } = await json<{ calls: CallLine[] }>('/api/v1/calls?limit=200');
      const hashes = await Promise.all(
        calls.map(async ({ callId }) =>
          (
            await json<{ scorecards: { card: { rubric: { hash: string } } }[] }>(`/api/v1/calls/${callId}/scorecards`)
          ).scorecards.map(({ card }) => card.rubric.hash),
        ),
      );
      if (hashes.every((of) => of.includes(hash))) break;
      await sleep(300);
    }
  });

  test('a stop and a start keep everything to the byte', async () => {
    const before = await runPlumbline(folder.home, ['export', '--canonical'], environment());
    expect(before.code).toBe(0);
    expect(await product.stop()).toBe(0);
    product = await startProduct(folder.home, environment());
    const after = await runPlumbline(folder.home, ['export', '--canonical'], environment());
    expect(after.stdout).toBe(before.stdout);
    expect(before.stdout.split('\n').filter((line) => line.includes('"call":')).length).toBe(2);
  });
});
