import { describe, expect, it } from 'vitest';
import { answersInMemory } from '../test/doubles/scripted-speech.ts';
import type { Recogniser, SpeechWindow } from './ports.ts';
import { rememberAnswers, windowAnswerName } from './window-answers.ts';

const engine = { name: 'e', model: 'm', version: '1' };
const window = (over: Partial<SpeechWindow> = {}): SpeechWindow => ({
  samples: Int16Array.of(1, 2, 3),
  sampleRate: 16_000,
  language: 'zh',
  ...over,
});

describe("the name of a window's answer", () => {
  it('is decided by its sound and all that the engine is told', () => {
    const names = [
      windowAnswerName(engine, window()),
      windowAnswerName(engine, window({ samples: Int16Array.of(1, 2, 4) })),
      windowAnswerName(engine, window({ language: undefined })),
      windowAnswerName(engine, window({ prompt: 'p' })),
      windowAnswerName({ ...engine, model: 'n' }, window()),
      windowAnswerName({ ...engine, version: '2' }, window()),
    ];
    expect(new Set(names).size).toBe(names.length);
    expect(names[0]).toMatch(/^[0-9a-f]{64}$/u);
  });

  it('does not hang on where the samples lie in memory', () => {
    const inside = Int16Array.of(9, 1, 2, 3, 9).subarray(1, 4);
    expect(windowAnswerName(engine, window({ samples: inside }))).toBe(windowAnswerName(engine, window()));
  });
});

describe('a recogniser that remembers', () => {
  it('asks once, and gives a first run what a later one will read', async () => {
    let asked = 0;
    const recogniser: Recogniser = {
      engine,
      recognise: async () => {
        asked += 1;
        return {
          language: undefined,
          text: 'a',
          segments: [],
          words: [{ text: 'a', startMs: 0, endMs: 1, confidence: undefined }],
        };
      },
    };
    const remembering = rememberAnswers(recogniser, answersInMemory().answers, 'c1');
    const signal = new AbortController().signal;
    const first = await remembering.recognise(window(), signal);
    expect(await remembering.recognise(window(), signal)).toStrictEqual(first);
    expect(asked).toBe(1);
    expect(first.words[0]).not.toHaveProperty('confidence');
  });

  it('keeps the answers of one call from another', async () => {
    const memory = answersInMemory();
    let asked = 0;
    const recogniser: Recogniser = {
      engine,
      recognise: async () => ((asked += 1), { language: 'zh', text: '', segments: [], words: [] }),
    };
    const signal = new AbortController().signal;
    for (const call of ['c1', 'c2', 'c1']) await rememberAnswers(recogniser, memory.answers, call).recognise(window(), signal);
    expect(asked).toBe(2);
  });
});
