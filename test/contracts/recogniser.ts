import { describe, expect, test } from 'vitest';
import type { RecognisedWindow, Recogniser, SpeechWindow } from '../../transcribe/index.ts';
import { guangzhou, joined, silence, wizard } from '../fixtures/speech/clips.ts';

const window = (samples: Int16Array, language: string | undefined): SpeechWindow => ({ samples, sampleRate: 16_000, language });
const never = new AbortController().signal;

/** What holds for any answer: whole milliseconds in order within the window, confidences from 0 to 1, words that are in the text. */
export function expectWellFormed(answer: RecognisedWindow, samples: Int16Array): void {
  const durationMs = Math.floor(samples.length / 16);
  const written = answer.segments.map(({ text }) => text).join('');
  expect(written.trim()).toBe(answer.text);
  if (answer.language !== undefined) expect(answer.language).toMatch(/^[a-z]{2}$/);
  let reached = 0;
  let place = 0;
  for (const { text, startMs, endMs, confidence } of answer.words) {
    for (const time of [startMs, endMs]) expect(Number.isInteger(time)).toBe(true);
    expect(startMs).toBeGreaterThanOrEqual(reached);
    expect(endMs).toBeGreaterThanOrEqual(startMs);
    expect(endMs).toBeLessThanOrEqual(durationMs);
    if (confidence !== undefined) expect(confidence >= 0 && confidence <= 1).toBe(true);
    place = written.indexOf(text.trim(), place);
    expect(place).toBeGreaterThanOrEqual(0);
    reached = startMs;
  }
  for (const { startMs, endMs } of answer.segments) {
    for (const time of [startMs, endMs]) expect(Number.isInteger(time)).toBe(true);
    expect(startMs >= 0 && endMs >= startMs && endMs <= durationMs).toBe(true);
  }
}

/** What every recogniser does. `get` gives the one under test, which `beforeAll` of the suite may have started. */
export function recogniserContract(name: string, get: () => Recogniser, options: { skip?: boolean } = {}): void {
  describe.skipIf(options.skip === true)(`recogniser: ${name}`, () => {
    test('names its engine, model and version for the recipe', () => {
      for (const part of Object.values(get().engine)) expect(part).toMatch(/\S/);
    });

    test('writes down English with word times', async () => {
      const answer = await get().recognise(window(wizard(), 'en'), never);
      expect(answer.language).toBe('en');
      expect(answer.words.length).toBeGreaterThan(8);
      expectWellFormed(answer, wizard());
    });

    test('writes down Chinese with word times', async () => {
      const answer = await get().recognise(window(guangzhou(), 'zh'), never);
      expect(answer.language).toBe('zh');
      expect(answer.text).toMatch(/\p{Script=Han}{5}/u);
      expect(answer.words.length).toBeGreaterThan(5);
      expectWellFormed(answer, guangzhou());
    });

    test('says which language it heard when it was told none', async () => {
      const answer = await get().recognise(window(wizard(), undefined), never);
      expect(answer.language).toBe('en');
      expectWellFormed(answer, wizard());
    });

    test('places words where they are said', async () => {
      const [lead, speech] = [silence(3), wizard()];
      const answer = await get().recognise(window(joined(lead, speech), 'en'), never);
      expect(answer.words[0]?.startMs).toBeGreaterThan(2_000);
      expectWellFormed(answer, joined(lead, speech));
    });

    test('answers the same sound the same way, also when asked several times at once', async () => {
      const first = await get().recognise(window(guangzhou(), 'zh'), never);
      const again = await Promise.all([1, 2].map(async () => await get().recognise(window(guangzhou(), 'zh'), never)));
      for (const answer of again) expect(answer).toEqual(first);
    });

    test('takes a prompt', async () => {
      const answer = await get().recognise({ ...window(guangzhou(), 'zh'), prompt: '以下是普通话的句子。' }, never);
      expectWellFormed(answer, guangzhou());
    });

    test('stops with the reason of the abort: before it begins, and in the middle', async () => {
      const reason = new Error('the lease is lost');
      await expect(get().recognise(window(wizard(), 'en'), AbortSignal.abort(reason))).rejects.toBe(reason);
      const abort = new AbortController();
      const running = get().recognise(window(wizard(), 'en'), abort.signal);
      setTimeout(() => abort.abort(reason), 5);
      await expect(running).rejects.toBe(reason);
    });
  });
}
