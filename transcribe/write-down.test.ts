import { describe, expect, it } from 'vitest';
import type { Heard, HeardWindow } from './listen.ts';
import { LoudnessCurve } from './loudness.ts';
import type { Sound } from './transcript.ts';
import { writeDown, type WriteDownInput } from './write-down.ts';

interface Scene {
  channel?: 0 | 1;
  from: number;
  to: number;
  /** Speech inside, in seconds; default all of it. */
  speech?: [number, number][];
  /** `text from to confidence` in seconds of the recording. */
  words: [string, number, number, number?][];
}

const textIn = (words: Scene['words']) =>
  words.map(([text]) => text).join(/\p{Script=Han}/u.test(words[0]?.[0] ?? '') ? '' : ' ');

function windowOf({ channel = 0, from, to, speech = [[from, to]], words }: Scene): HeardWindow {
  return {
    channel,
    startMs: from * 1000,
    endMs: to * 1000,
    speech: speech.map(([a, b]) => ({ startMs: a * 1000, endMs: b * 1000 })),
    language: 'en',
    answer: {
      language: 'en',
      text: textIn(words),
      segments: [{ text: textIn(words), startMs: 0, endMs: (to - from) * 1000 }],
      words: words.map(([text, a, b, confidence = 0.9]) => ({
        text,
        startMs: (a - from) * 1000,
        endMs: (b - from) * 1000,
        confidence,
      })),
    },
  };
}

function written(scenes: Scene[], over: Partial<WriteDownInput> = {}, channels: 1 | 2 = 2) {
  const heard: Heard = {
    container: 'wav',
    codec: 'pcm_s16le',
    sourceSampleRate: 8000,
    channels,
    fileChannels: channels,
    durationMs: 60_000,
    windows: scenes.map(windowOf),
    speech: [],
    loudness: Array.from({ length: channels }, () => new LoudnessCurve()),
    voices: undefined,
    kept: undefined,
  };
  return writeDown(heard, {
    layout: 'agent-left',
    language: 'en',
    sounds: [],
    engine: { name: 'e', model: 'm', version: '1' },
    ...over,
  });
}

describe('writing down what was heard', () => {
  it('leaves out doubtful words far from all speech, and says why', () => {
    const transcript = written([
      {
        from: 0,
        to: 12,
        speech: [[1, 3]],
        words: [
          ['hello', 1, 2],
          ['you', 8, 8.4, 0.3],
          ['there', 9, 9.4, 0.9],
        ],
      },
    ]);
    expect(transcript.turns.map((turn) => turn.text)).toEqual(['hello', 'there']);
    expect(transcript.dropped).toEqual([{ channel: 0, startMs: 8000, endMs: 8400, reason: 'outside-speech', words: 1 }]);
  });

  it('leaves out doubtful words that a sound of the line was taken for', () => {
    const sounds: Sound[] = [{ kind: 'music', startMs: 4000, endMs: 20_000, channel: 0 }];
    const transcript = written(
      [
        {
          from: 0,
          to: 20,
          words: [
            ['hold', 1, 1.4],
            ['la', 10, 10.4, 0.4],
            ['sorry', 12, 12.5, 0.95],
          ],
        },
      ],
      { sounds },
    );
    expect(transcript.turns.map((turn) => turn.text)).toEqual(['hold', 'sorry']);
    expect(transcript.dropped![0]).toMatchObject({ reason: 'sound', words: 1 });
  });

  it('says where somebody spoke and nothing was understood', () => {
    const transcript = written([
      { channel: 0, from: 0, to: 3, words: [['yes?', 0, 1]] },
      {
        channel: 1,
        from: 4,
        to: 9,
        speech: [
          [4, 6],
          [6.4, 6.8],
          [7.5, 9],
        ],
        words: [
          ['my', 4, 4.4],
          ['card', 4.4, 5],
        ],
      },
    ]);
    expect(transcript.unintelligible).toEqual([
      { channel: 0, speaker: 'agent', startMs: 1250, endMs: 3000 },
      { channel: 1, speaker: 'customer', startMs: 5250, endMs: 6000 },
      { channel: 1, speaker: 'customer', startMs: 7500, endMs: 9000 },
    ]);
  });

  it('does not call a voice menu a person, and hears it as a sound', () => {
    const transcript = written([
      {
        channel: 0,
        from: 0,
        to: 4,
        words: [
          ['Press one', 0, 2],
          ['press two', 2, 4],
        ],
      },
      {
        channel: 0,
        from: 10,
        to: 12,
        words: [
          ['Hello,', 10, 11],
          ['Emily speaking', 11, 12],
        ],
      },
    ]);
    expect(transcript.turns.map((turn) => turn.speaker)).toEqual(['system', 'agent']);
    expect(transcript.sounds).toEqual([{ kind: 'menu', startMs: 0, endMs: 4000, channel: 0 }]);
  });

  it('writes simplified characters and the written form beside the spoken one', () => {
    const [turn] = written([
      {
        from: 0,
        to: 6,
        words: [
          ['利', 0, 0.5],
          ['率', 0.5, 1],
          ['百', 1, 1.5],
          ['分', 1.5, 2],
          ['之', 2, 2.5],
          ['二', 2.5, 3],
          ['點', 3, 3.5],
          ['六', 3.5, 4],
        ],
      },
    ]).turns;
    expect(turn).toMatchObject({ text: '利率百分之二点六', written: '利率2.6%' });
  });

  it('guesses on one channel whatever layout was stated', () => {
    const transcript = written(
      [
        {
          from: 0,
          to: 4,
          words: [
            ['Thank you for calling,', 0, 2],
            ['how can I help you?', 2, 4],
          ],
        },
      ],
      {},
      1,
    );
    expect(transcript.layout).toBe('mono');
    expect(transcript.turns[0]).toMatchObject({ speaker: 'agent', speakerConfidence: 0.69 });
  });

  it('is empty, and in the language that was said, when nobody speaks', () => {
    expect(written([])).toMatchObject({ turns: [], language: 'en', durationMs: 60_000 });
    expect(written([], { language: 'auto' }).language).toBe('und');
  });
});
