import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../services/kernel/index.ts';
import type { SearchAnswer } from '../../services/api/index.ts';
import { newHome, runPlumbline, type RunningProductUnderTest, startProduct } from '../servers/product.ts';

const fixtures = join(packageRoot, 'test', 'fixtures', 'synth');
const given = ['zh-01', 'zh-02', 'zh-05', 'en-03'] as const;

/** A second of noise: what is said comes with the transcript. */
function noise(): Uint8Array {
  const samples = 8_000;
  const wav = Buffer.alloc(44 + samples * 2);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + samples * 2, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(8_000, 24);
  wav.writeUInt32LE(16_000, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(samples * 2, 40);
  let state = 1;
  for (let at = 0; at < samples; at += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    wav.writeInt16LE((state % 6_000) - 3_000, 44 + at * 2);
  }
  return new Uint8Array(wav);
}

describe('search, from outside', () => {
  const folder = newHome();
  let product: RunningProductUnderTest;

  const post = (path: string, body: unknown): Promise<Response> =>
    fetch(new URL(path, product.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const search = async (body: Record<string, unknown>): Promise<SearchAnswer> =>
    (await (await post('/api/v1/search', body)).json()) as SearchAnswer;
  const names = ({ calls }: SearchAnswer): string[] => calls.map(({ call }) => call.name.slice(0, 5)).toSorted();

  beforeAll(async () => {
    product = await startProduct(folder.home, { PLUMBLINE_RECOGNISER_URL: 'http://127.0.0.1:9/v1' });
    for (const [index, name] of given.entries()) {
      const form = new FormData();
      const wav = noise();
      wav[200] = index;
      form.set('transcript', new Blob([readFileSync(join(fixtures, `${name}.transcript.json`))]), 'transcript');
      form.set('metadata', readFileSync(join(fixtures, `${name}.meta.json`), 'utf8'));
      form.set('file', new Blob([new Uint8Array(wav)]), `${name}.wav`);
      expect((await fetch(new URL('/api/v1/recordings', product.url), { method: 'POST', body: form })).status).toBe(202);
    }
    for (let turn = 0; turn < 300 && (await search({})).counts.calls < given.length; turn += 1) await sleep(200);
  });
  afterAll(async () => {
    await product?.stop();
    folder.remove();
  });

  test('every call that was scored is found, newest first, page by page', async () => {
    const all = await search({});
    expect(names(all)).toEqual([...given].toSorted());
    expect(all.counts).toMatchObject({ certain: true, calls: 4, exact: true });
    const first = await search({ limit: 3 });
    const second = await search({ limit: 3, after: first.next });
    expect([...first.calls, ...second.calls].map(({ call }) => call.callId)).toEqual(all.calls.map(({ call }) => call.callId));
    expect(second.next).toBeNull();
  });

  test('by a homophone, by what sounds like it, by who said it', async () => {
    const homophone = await search({ expression: '~"保正收一"' });
    expect(names(homophone)).toEqual(['zh-02']);
    const [hit] = homophone.calls[0]?.hits ?? [];
    expect(hit?.marks.map(([from, to]) => hit.sentence.slice(from, to))).toEqual(['保证收益']);
    expect(names(await search({ expression: 'agent: ~"稳赚不陪"' }))).toEqual(['zh-02']);
    expect(names(await search({ expression: 'customer: ~"稳赚不赔"' }))).toEqual([]);
    expect(names(await search({ expression: 'balance' }))).toEqual(['en-03']);
  });

  test('by criterion and verdict, with facets that add up', async () => {
    const filters = { criterion: { rubricId: 'wealth-outbound', criterionId: 'no-promise', verdicts: ['unmet'] } };
    const found = await search({ filters });
    expect(names(found)).toEqual(['zh-02']);
    expect(found.calls[0]?.call.verdict).toBe('unmet');
    const facets = (await (await post('/api/v1/search/facets', {})).json()) as {
      calls: number;
      language: { value: string; count: number }[];
      criteria: { criterionId: string; unmet: number; question: { zh: string } | null }[];
    };
    expect(facets.calls).toBe(4);
    expect(facets.language).toEqual([
      { value: 'zh', count: 3 },
      { value: 'en', count: 1 },
    ]);
    expect(
      facets.criteria.find(({ criterionId, unmet }) => criterionId === 'no-promise' && unmet === 1)?.question,
    ).not.toBeNull();
  });

  test('exports exactly what is found, and finds within one call', async () => {
    const answer = await post('/api/v1/search/export', { expression: '收益', format: 'jsonl' });
    const lines = (await answer.text()).trim().split('\n');
    const { calls } = await search({ expression: '收益' });
    expect(lines.map((line) => (JSON.parse(line) as { call: { callId: string } }).call.callId)).toEqual(
      calls.map(({ call }) => call.callId),
    );
    const callId = calls[0]?.call.callId ?? '';
    const url = new URL('/api/v1/search/find', product.url);
    url.search = new URLSearchParams({ call: callId, expression: '收益' }).toString();
    expect(await (await fetch(url)).json()).toMatchObject({ value: 'yes', hits: [{ sentence: calls[0]?.hits[0]?.sentence }] });
    const wrong = await post('/api/v1/search', { expression: '"a" before "b" near "c"' });
    expect(wrong.status).toBe(422);
    expect(await wrong.json()).toMatchObject({ code: 'phrase-not-valid' });
  });

  test('a rebuild that is killed leaves the index as it was, and the next one finishes it', async () => {
    const before = await search({ expression: '收益' });
    for (const patience of [250, 600, 900]) {
      const child: ChildProcess = spawn(process.execPath, [join(packageRoot, 'dist/services/main/cli.js'), 'reindex'], {
        env: { ...process.env, PLUMBLINE_HOME: folder.home },
        stdio: 'ignore',
      });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      await sleep(patience);
      child.kill('SIGKILL');
      await ended;
      expect((await search({ expression: '收益' })).calls).toEqual(before.calls);
    }
    expect((await runPlumbline(folder.home, ['reindex', '--json'])).code).toBe(0);
    const found = JSON.stringify((await search({ expression: '收益' })).calls.map(({ hits }) => hits));
    expect(found).toBe(JSON.stringify(before.calls.map(({ hits }) => hits)));
  });

  test('the command says what the interface says, whether the product runs or not', async () => {
    const asked = ['search', '~"保证收益"', '--language', 'zh', '--json'];
    const running = await runPlumbline(folder.home, asked);
    expect(names(JSON.parse(running.stdout) as SearchAnswer)).toEqual(['zh-02']);
    expect((await runPlumbline(folder.home, ['search', '收益'])).stdout).toContain('保证收益');
    expect((await runPlumbline(folder.home, ['search', '收益', '--criterion', 'x'])).code).toBe(2);
    expect(await product.stop()).toBe(0);
    const alone = await runPlumbline(folder.home, asked);
    const [a, b] = [running, alone].map(({ stdout }) => JSON.parse(stdout) as SearchAnswer);
    expect({ ...b, tookMs: 0 }).toEqual({ ...a, tookMs: 0 });
  }, 180_000);
});
