import { describe, expect, test } from 'vitest';
import { type Transcript, transcriptSchema } from '../../transcribe/index.ts';
import { MemoryObjectStore } from '../adapters/memory/object-store.ts';
import { RecentTranscripts } from './recent-transcripts.ts';

function transcript(text: string): Transcript {
  const turns = [{ id: 't1', speaker: 'agent', startMs: 0, endMs: 900, text }];
  return transcriptSchema.parse({ version: 1, language: 'en', durationMs: 1000, layout: 'agent-left', turns });
}

async function made(...texts: readonly string[]) {
  const objects = new MemoryObjectStore();
  for (const [index, text] of texts.entries()) await objects.put(`t/${index}`, Buffer.from(JSON.stringify(transcript(text))));
  const clock = { now: 0 };
  return { objects, clock, recent: new RecentTranscripts(() => clock.now) };
}

describe('transcripts that were just made or read', () => {
  test('are the same object again, without another look into the store', async () => {
    const { objects, recent } = await made('hello');
    const first = await recent.read(objects, { object: 't/0' });
    expect(await recent.read(new MemoryObjectStore(), { object: 't/0' })).toBe(first);
    expect(first.turns[0]?.text).toBe('hello');
    const own = transcript('made here');
    recent.keep('t/9', own);
    expect(await recent.read(objects, { object: 't/9' })).toBe(own);
  });

  test('are forgotten after half a minute', async () => {
    const { objects, clock, recent } = await made('hello');
    const first = await recent.read(objects, { object: 't/0' });
    clock.now = 30_000;
    expect(await recent.read(objects, { object: 't/0' })).not.toBe(first);
  });

  test('are held up to so much text, the oldest forgotten first; what is larger is not held at all', async () => {
    const { objects, recent } = await made('a'.repeat(60_000), 'b'.repeat(60_000), 'c'.repeat(100_001));
    const first = await recent.read(objects, { object: 't/0' });
    const second = await recent.read(objects, { object: 't/1' });
    const third = await recent.read(objects, { object: 't/2' });
    expect(await recent.read(objects, { object: 't/1' })).toBe(second);
    expect(await recent.read(objects, { object: 't/2' })).not.toBe(third);
    expect(await recent.read(objects, { object: 't/0' })).not.toBe(first);
  });
});
