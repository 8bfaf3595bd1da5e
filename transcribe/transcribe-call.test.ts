import { describe, expect, it } from 'vitest';
import {
  amplitudeVoiceActivity,
  answersInMemory,
  anyRecording,
  objectsInMemory,
  plainEncoder,
  type ScriptedCall,
  scriptedDecoder,
  scriptedRecogniser,
} from '../test/doubles/scripted-speech.ts';
import { recipeHashOf } from '../services/kernel/index.ts';
import { defaultListenSettings } from './listen.ts';
import { readPeaks } from './peaks.ts';
import { type Redactor, transcribeCall, type TranscribeDeps, type TranscribeInput } from './transcribe-call.ts';
import { type TranscriptPlan, transcriptRecipe } from './transcript-recipe.ts';
import { type Transcript, transcriptSchema } from './transcript.ts';

const callId = 'c'.repeat(32);

const call: ScriptedCall = {
  seconds: 40,
  channels: 2,
  said: [
    { channel: 0, from: 1, to: 4, text: '您好,海川銀行', language: 'zh' },
    { channel: 1, from: 5, to: 9, text: '我的卡號是四一一一', language: 'zh' },
    { channel: 0, from: 10, to: 13, text: '好的请稍等', language: 'zh' },
    { channel: 1, from: 33, to: 35, text: '谢谢', language: 'zh' },
  ],
};

/** Hides the second turn whole. */
const hidesSecondTurn: Redactor = {
  version: 'test-1',
  redact(transcript) {
    const turns = transcript.turns.map((turn) => {
      const { written: _written, ...rest } = turn;
      return turn.id === 't2'
        ? { ...rest, text: '⟦card⟧', words: [{ text: '⟦card⟧', startMs: turn.startMs, endMs: turn.endMs }] }
        : turn;
    });
    const hidden = transcript.turns.filter((turn) => turn.id === 't2');
    return {
      transcript: { ...transcript, turns },
      muteSpans: hidden.map(({ startMs, endMs }) => ({ startMs: startMs - 300, endMs: endMs + 300 })),
    };
  },
};

function desk(over: Partial<TranscribeDeps> = {}, memory = answersInMemory(), store = objectsInMemory()) {
  const { recogniser, windows } = scriptedRecogniser(call);
  const deps: TranscribeDeps = {
    decoder: scriptedDecoder(call),
    voiceActivity: amplitudeVoiceActivity,
    recogniser,
    answers: memory.answers,
    objects: store.objects,
    encoder: plainEncoder,
    redactor: hidesSecondTurn,
    ...over,
  };
  return { deps, windows, memory, store };
}

function job(over: Partial<TranscriptPlan> = {}, rest: Partial<TranscribeInput> = {}): TranscribeInput {
  const plan: TranscriptPlan = { audioSha256: 'a'.repeat(64), layout: 'agent-left', language: 'zh', ...over };
  const recipe = transcriptRecipe(plan, {
    engine: { name: 'scripted', model: 'script', version: '1' },
    voiceActivity: 'amplitude-1',
    redactor: 'test-1',
    language: '1',
  });
  return {
    callId,
    recording: anyRecording,
    limits: { maxDurationMs: 14_400_000, maxBytes: 2 ** 31, timeoutMs: 60_000 },
    plan,
    recipe,
    signal: new AbortController().signal,
    ...rest,
  };
}

const textsOf = (transcript: Transcript) => transcript.turns.map((turn) => `${turn.speaker}: ${turn.text}`);

describe('transcribing a call', () => {
  it('gives redacted turns, metrics, a rendition and peaks, and a row that names them', async () => {
    const { deps, store } = desk();
    const input = job();
    const { row, transcript, metrics } = await transcribeCall(deps, input);
    expect(textsOf(transcript)).toEqual(['agent: 您好,海川银行', 'customer: ⟦card⟧', 'agent: 好的请稍等', 'customer: 谢谢']);
    expect(transcriptSchema.parse(transcript)).toEqual(transcript);
    expect(row).toMatchObject({ callId, recipeHash: recipeHashOf(input.recipe), language: 'zh', durationMs: 40_000 });
    expect(row.object).toBe(`calls/${callId}/transcript/${row.contentHash}`);
    expect(JSON.parse(new TextDecoder().decode(store.stored.get(row.object)))).toEqual(transcript);
    expect(JSON.parse(new TextDecoder().decode(store.stored.get(row.metricsObject)))).toEqual(metrics);
    expect(metrics.silences).toEqual([{ startMs: 13_000, endMs: 33_000, owedBy: 'agent' }]);
  });

  it('keeps nothing raw: the hidden stretch is silent on both channels, in the rendition and in the peaks', async () => {
    const { deps, store } = desk();
    const { row } = await transcribeCall(deps, job());
    for (const bytes of store.stored.values()) expect(Buffer.from(bytes).includes('四一一一')).toBe(false);
    const rendition = store.stored.get(row.renditionObject!)!;
    const samples = new Int16Array(Uint8Array.from(rendition).buffer);
    // blocks of a second, left then right
    for (let second = 5; second < 9; second += 1) {
      expect(samples.subarray(second * 32_000, (second + 1) * 32_000).every((sample) => sample === 0)).toBe(true);
    }
    expect(samples.subarray(2 * 32_000, 2 * 32_000 + 16_000).every((sample) => sample !== 0)).toBe(true);
    const peaks = JSON.parse(new TextDecoder().decode(store.stored.get(row.peaksObject!))) as { channels: string[] };
    const right = readPeaks(peaks.channels[1]!);
    expect(right.slice(2 * 50, 2 * 90).every((value) => value === 0)).toBe(true);
    expect(right.slice(2 * 330, 2 * 350).some((value) => value !== 0)).toBe(true);
  });

  it('leaves the same bytes when it is done again, and makes nothing twice', async () => {
    const first = desk();
    const one = await transcribeCall(first.deps, job());
    const again = desk(
      {
        encoder: {
          name: 'plain-1',
          encode: () => {
            throw new Error('encoded twice');
          },
        },
      },
      first.memory,
      first.store,
    );
    const two = await transcribeCall(again.deps, job());
    expect(again.windows).toHaveLength(0);
    expect(two).toEqual(one);
    const fresh = desk();
    await transcribeCall(fresh.deps, job(), { ...defaultListenSettings, keepBytes: 0, concurrency: 3 });
    expect([...fresh.store.stored].toSorted()).toEqual([...first.store.stored].toSorted());
  });

  it('works where nothing can encode: peaks without a rendition', async () => {
    const { deps } = desk({ encoder: undefined });
    const { row } = await transcribeCall(deps, job());
    expect(row.renditionObject).toBeUndefined();
    expect(row.peaksObject).toContain(`calls/${callId}/peaks/`);
  });

  it('has the speakers swapped when a person says so, under another recipe', async () => {
    const swapped = job({ corrections: { swapSpeakers: true } });
    const { transcript, row } = await transcribeCall(desk().deps, swapped);
    expect(textsOf(transcript)[0]).toBe('customer: 您好,海川银行');
    expect(transcript.layout).toBe('agent-right');
    expect(row.transcriptId).not.toBe((await transcribeCall(desk().deps, job())).row.transcriptId);
  });

  it('guesses which side is the agent where nobody says', async () => {
    const { transcript } = await transcribeCall(desk().deps, job({ layout: undefined }));
    expect(transcript.layout).toBe('agent-left');
    expect(transcript.turns[0]!.speakerConfidence).toBeGreaterThan(0.5);
    expect(transcript.turns[0]!.speakerConfidence).toBeLessThan(1);
  });

  it('reads a transcript that came with the call instead of recognising it, and still makes the sound', async () => {
    const foreign = new TextEncoder().encode(
      'WEBVTT\n\n00:01.000 --> 00:04.000\n<v 坐席>您好,海川銀行\n\n00:05.000 --> 00:09.000\n<v 客户>我的卡號是四一一一\n',
    );
    const { deps, windows, store } = desk();
    const { transcript, row } = await transcribeCall(deps, job({ foreignSha256: 'b'.repeat(64) }, { foreign }));
    expect(windows).toHaveLength(0);
    expect(textsOf(transcript)).toEqual(['agent: 您好,海川银行', 'customer: ⟦card⟧']);
    expect(transcript.durationMs).toBe(40_000);
    expect(store.stored.has(row.renditionObject!)).toBe(true);
    const alone = await transcribeCall(
      desk().deps,
      job({ audioSha256: undefined, foreignSha256: 'b'.repeat(64) }, { foreign, recording: undefined }),
    );
    expect(alone.row).toMatchObject({ renditionObject: undefined, peaksObject: undefined, durationMs: 9000 });
  });

  it('stops at the signal with its reason', async () => {
    const stop = new AbortController();
    const { recogniser } = scriptedRecogniser(call, () => stop.abort(new Error('shutting down')));
    const { deps, store } = desk({ recogniser });
    await expect(transcribeCall(deps, job({}, { signal: stop.signal }))).rejects.toThrow('shutting down');
    expect(store.stored.size).toBe(0);
  });
});

describe('the recipe of a transcript', () => {
  const versions = { engine: { name: 'e', model: 'm', version: '1' }, voiceActivity: 'v', redactor: 'r', language: 'l' };
  const plan: TranscriptPlan = { audioSha256: 'a', layout: 'mono', language: 'auto' };

  it('changes with everything that changes the transcript', () => {
    const hash = (p: Partial<TranscriptPlan> = {}, v: Partial<typeof versions> = {}) =>
      recipeHashOf(transcriptRecipe({ ...plan, ...p }, { ...versions, ...v }));
    const all = [
      hash(),
      hash({ audioSha256: 'b' }),
      hash({ layout: 'agent-left' }),
      hash({ language: 'zh' }),
      hash({ prompt: 'p' }),
      hash({ corrections: { swapSpeakers: true } }),
      hash({ windows: { ...defaultListenSettings.windows, maxSeconds: 20 } }),
      hash({ foreignSha256: 'f' }),
      hash({}, { engine: { ...versions.engine, version: '2' } }),
      hash({}, { voiceActivity: 'w' }),
      hash({}, { redactor: 's' }),
      hash({}, { language: 'm' }),
    ];
    expect(new Set(all).size).toBe(all.length);
    expect(hash({ corrections: {} })).toBe(hash());
  });

  it('of a transcript that is read does not hang on the engine', () => {
    const read = { ...plan, foreignSha256: 'f' };
    expect(transcriptRecipe(read, versions)).toEqual(
      transcriptRecipe(read, { ...versions, engine: { name: 'x', model: 'y', version: 'z' } }),
    );
  });
});
