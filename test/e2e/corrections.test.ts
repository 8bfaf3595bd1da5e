import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../services/kernel/index.ts';
import { openProductInside, type ProductInside } from '../servers/product-inside.ts';
import { type SpeechStub, startSpeechStub } from '../servers/speech-stub.ts';

interface Turn {
  readonly speaker: string;
  readonly text: string;
  readonly startMs: number;
}
interface Card {
  readonly scorecardId: string;
  readonly rubricId: string;
  readonly card: {
    readonly transcript: { readonly hash: string };
    readonly criteria: { readonly id: string; readonly decidedBy: string; readonly verdict: string }[];
  };
}

/** What a person sets right about a call goes through the whole pipeline, and what a person decided stays. */
describe('setting a call right', { timeout: 240_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline corrections '));
  let stub: SpeechStub;
  let product: ProductInside;
  let callId: string;

  beforeAll(async () => {
    stub = await startSpeechStub();
    product = await openProductInside(folder, stub);
    callId = await deliver(readFileSync(join(packageRoot, 'samples', 'zh-02.flac')), 'zh-02.flac', {
      metadata: readFileSync(join(packageRoot, 'samples', 'zh-02.meta.json'), 'utf8'),
    });
    await product.settled();
  });
  afterAll(async () => {
    await product.close();
    await stub.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = (path: string, init?: RequestInit): Promise<Response> => fetch(new URL(`/api/v1${path}`, product.url), init);
  const json = async <T>(path: string): Promise<T> => (await ask(path)).json() as Promise<T>;
  const turns = async (): Promise<Turn[]> => (await json<{ turns: Turn[] }>(`/calls/${callId}/transcript`)).turns;
  const cards = async (): Promise<Card[]> => (await json<{ scorecards: Card[] }>(`/calls/${callId}/scorecards`)).scorecards;

  async function deliver(bytes: Buffer, name: string, fields: Record<string, string> = {}): Promise<string> {
    const form = new FormData();
    for (const [field, value] of Object.entries(fields)) form.set(field, value);
    form.set('file', new Blob([new Uint8Array(bytes)]), name);
    const answer = await ask('/recordings', { method: 'POST', body: form });
    return ((await answer.json()) as { callId: string }).callId;
  }

  async function setSpeakers(swapped: boolean, tag: string): Promise<Response> {
    return ask(`/calls/${callId}/speakers`, {
      method: 'PUT',
      headers: { 'if-match': tag, 'content-type': 'application/json' },
      body: JSON.stringify({ swapped }),
    });
  }
  /** Until the scores are of another transcript than these. */
  async function scoredAgain(before: readonly Card[]): Promise<void> {
    const hashes = (all: readonly Card[]): string => all.map(({ card }) => card.transcript.hash).join();
    while (hashes(await cards()) === hashes(before)) await sleep(100);
  }
  /** Until a search finds what the agent says, in the agent's words, as the transcript has it now. */
  async function indexed(): Promise<void> {
    const said = (await turns()).filter(({ speaker }) => speaker === 'agent').map(({ text }) => text.slice(0, 8));
    const [phrase] = said.toSorted((a, b) => b.length - a.length);
    for (;;) {
      const found = await ask('/search', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ expression: `agent:"${phrase}"`, filters: {}, sort: 'newest' }),
      });
      const { calls } = (await found.json()) as { calls: { call: { callId: string } }[] };
      if (calls.some(({ call }) => call.callId === callId)) return;
      await sleep(200);
    }
  }
  const tagOf = async (): Promise<string> => (await ask(`/calls/${callId}`)).headers.get('etag') ?? '';

  test('swapped speakers: transcript, metrics and scores are made again, and a person’s verdict stands', async () => {
    const before = { turns: await turns(), cards: await cards(), tag: await tagOf() };
    const [head] = before.cards;
    const criterion = head?.card.criteria[0]?.id ?? '';
    const decision = { criterion, verdict: 'not_applicable', by: 'inspector-1' };
    await sql`
      insert into scoring.decision (call_id, rubric_id, criterion, decision)
      values (${callId}, ${head?.rubricId}, ${criterion}, ${JSON.stringify(decision)}::jsonb)
    `.execute(product.core.database.reader<unknown>());

    const answer = await setSpeakers(true, before.tag);
    expect(answer.status).toBe(202);
    const { revision } = (await answer.json()) as { revision: number };
    expect((await setSpeakers(true, before.tag)).status).toBe(412);
    await scoredAgain(before.cards);

    const swapped = await turns();
    const other: Record<string, string> = { agent: 'customer', customer: 'agent' };
    const said = (all: Turn[]): string[] => all.map(({ speaker, text, startMs }) => `${startMs} ${speaker}: ${text}`).toSorted();
    expect(said(swapped)).toEqual(said(before.turns.map((turn) => ({ ...turn, speaker: other[turn.speaker] ?? turn.speaker }))));
    const call = await json<{ revision: number; speakersSwapped: boolean; state: string }>(`/calls/${callId}`);
    expect(call).toMatchObject({ speakersSwapped: true, state: 'scored' });
    expect(call.revision).toBeGreaterThan(revision);
    const after = await cards();
    expect(after.map(({ rubricId }) => rubricId)).toEqual(before.cards.map(({ rubricId }) => rubricId));
    for (const [at, { scorecardId, card }] of after.entries()) {
      expect(scorecardId).not.toBe(before.cards[at]?.scorecardId);
      expect(card.transcript.hash).not.toBe(before.cards[at]?.card.transcript.hash);
    }
    expect(after[0]?.card.criteria.find(({ id }) => id === criterion)).toMatchObject({
      decidedBy: 'person',
      verdict: 'not_applicable',
    });
    const history = await json<{ versions: { scorecardId: string }[] }>(
      `/calls/${callId}/scorecards/${after[0]?.scorecardId ?? ''}/history`,
    );
    // Between them may lie the old transcript with the person's verdict.
    const scores = history.versions.map(({ scorecardId }) => scorecardId);
    expect([scores[0], scores.at(-1)]).toEqual([after[0]?.scorecardId, head?.scorecardId]);
  });

  test('swapped back it is heard as before, however often and fast a person changes the mind', async () => {
    const requests = stub.count;
    const swappedCards = await cards();
    for (const swapped of [false, true, false, true, false]) expect((await setSpeakers(swapped, '*')).status).toBe(202);
    await scoredAgain(swappedCards);
    await product.settled();
    const call = await json<{ speakersSwapped: boolean }>(`/calls/${callId}`);
    expect(call.speakersSwapped).toBe(false);
    const current = await cards();
    const transcript = await ask(`/calls/${callId}/transcript`);
    const again = await ask(`/calls/${callId}/transcript`, {
      headers: { 'if-none-match': transcript.headers.get('etag') ?? '' },
    });
    expect(again.status).toBe(304);
    await indexed();
    const tag = (await turns())[0]?.speaker;
    await setSpeakers(true, '*');
    await scoredAgain(current);
    await indexed();
    expect((await turns())[0]?.speaker).not.toBe(tag);
    expect((await cards())[0]?.card.transcript.hash).not.toBe(current[0]?.card.transcript.hash);
    // The windows were recognised once; who says them is all that changed.
    expect(stub.count).toBe(requests);
  });

  test('a call that was refused can be tried again, one that is scored has nothing to try', async () => {
    const silence = Buffer.alloc(44 + 2 * 8_000 * 4);
    silence.write('RIFF', 0, 'latin1');
    silence.writeUInt32LE(silence.length - 8, 4);
    silence.write('WAVEfmt ', 8, 'latin1');
    silence.writeUInt32LE(16, 16);
    silence.writeUInt16LE(1, 20);
    silence.writeUInt16LE(1, 22);
    silence.writeUInt32LE(8_000, 24);
    silence.writeUInt32LE(16_000, 28);
    silence.writeUInt16LE(2, 32);
    silence.writeUInt16LE(16, 34);
    silence.write('data', 36, 'latin1');
    silence.writeUInt32LE(silence.length - 44, 40);
    const silent = await deliver(silence, 'silent.wav');
    await product.settled();
    const state = async (): Promise<unknown> => json(`/calls/${silent}`);
    expect(await state()).toMatchObject({ state: 'failed', refusal: { code: 'audio.silent' } });
    const retried = await ask(`/calls/${silent}/retry`, { method: 'POST' });
    expect([retried.status, await retried.json()]).toEqual([202, { callId: silent, tried: 1 }]);
    await product.settled();
    expect(await state()).toMatchObject({ state: 'failed', refusal: { code: 'audio.silent' } });
    expect((await ask(`/calls/${callId}/retry`, { method: 'POST' })).status).toBe(409);
    const flow = await json<{ sums: { holds: boolean }[]; calls: { failed: number } }>('/flow?from=2020-01-01&to=2021-01-01');
    expect(flow.sums.every(({ holds }) => holds)).toBe(true);
  });

  test('a draft is tried on the call without a trace, and the page hears of what changed', async () => {
    const yaml = 'rubric: draft\nsections: [{ id: s, criteria: [{ id: c, points: 1, met_when: "您好" }] }]\n';
    const answer = await ask('/rubrics/try', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ yaml, callId }),
    });
    const tried = (await answer.json()) as { card: { rubric: { id: string; version: number }; criteria: unknown[] } };
    expect(tried.card).toMatchObject({ rubric: { id: 'draft', version: 0 }, callId });
    expect((await cards()).map(({ rubricId }) => rubricId)).not.toContain('draft');

    const gone = new AbortController();
    const events = await ask('/events', { signal: gone.signal });
    const heard: string[] = [];
    const reading = (async () => {
      for await (const part of events.body as unknown as AsyncIterable<Uint8Array>) heard.push(Buffer.from(part).toString());
    })().catch(() => undefined);
    const seen = async (pattern: RegExp): Promise<void> => {
      while (!pattern.test(heard.join(''))) await new Promise((resolve) => setTimeout(resolve, 50));
    };
    await seen(/event: hello\ndata: \{"resumed":false\}/);
    await setSpeakers(false, '*');
    await seen(new RegExp(`event: call\\ndata: \\{"callId":"${callId}","revision":\\d+,"state":"scored"\\}`));
    gone.abort();
    await reading;
  });
});
