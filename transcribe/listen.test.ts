import { describe, expect, it } from 'vitest';
import {
  amplitudeVoiceActivity,
  answersInMemory,
  anyRecording,
  type ScriptedCall,
  scriptedDecoder,
  scriptedRecogniser,
} from '../test/doubles/scripted-speech.ts';
import { dependencyAway } from '../services/kernel/index.ts';
import { textOf, wordsOf } from './heard-word.ts';
import { defaultListenSettings, type Heard, listen } from './listen.ts';
import type { SpeechWindow } from './ports.ts';

const limits = { maxDurationMs: 14_400_000, maxBytes: 2 ** 31, timeoutMs: 60_000 };

/** A call in which the two speak by turns, a sentence every five seconds. */
function alternating(seconds: number, language: 'zh' | 'en' = 'en'): ScriptedCall {
  const said = Array.from({ length: Math.floor(seconds / 5) }, (_, i) => ({
    channel: (i % 2) as 0 | 1,
    from: i * 5 + 0.5,
    to: i * 5 + 4,
    text: language === 'en' ? `sentence number ${i}` : `第${i}句话`,
    language,
  }));
  return { seconds, channels: 2, said };
}

function ears(
  call: ScriptedCall,
  options: { before?: (window: SpeechWindow, asked: number) => Promise<void> | void; onBlock?: (at: number) => void } = {},
) {
  const { recogniser, windows } = scriptedRecogniser(call, options.before);
  const memory = answersInMemory();
  const decoder = scriptedDecoder(call, options.onBlock === undefined ? {} : { onBlock: options.onBlock });
  const deps = { decoder, voiceActivity: amplitudeVoiceActivity, recogniser, answers: memory.answers };
  return { deps, windows, memory };
}

const input = (over: Partial<Parameters<typeof listen>[1]> = {}) => ({
  callId: 'c1',
  recording: anyRecording,
  limits,
  language: 'en',
  signal: new AbortController().signal,
  ...over,
});

const said = (heard: Heard) => heard.windows.map((window) => `${window.channel}: ${textOf(wordsOf(window.answer, window))}`);

describe('listening to a recording', () => {
  it('hears every channel, in windows by time, with absolute times', async () => {
    const { deps, windows } = ears(alternating(60));
    const heard = await listen(deps, input());
    expect(heard).toMatchObject({ channels: 2, durationMs: 60_000, container: 'wav' });
    expect(said(heard).join(' ')).toBe(
      '0: sentence number 0 0: sentence number 2 0: sentence number 4 0: sentence number 6 0: sentence number 8 0: sentence number 10 ' +
        '1: sentence number 1 1: sentence number 3 1: sentence number 5 1: sentence number 7 1: sentence number 9 1: sentence number 11',
    );
    const second = wordsOf(heard.windows[1]!.answer, heard.windows[1]!);
    expect(second[0]!.startMs).toBe(10_500);
    expect(windows.every((window) => window.language === 'en')).toBe(true);
  });

  it('recognises while it decodes, and lets the decoder wait when the engine is behind', async () => {
    let decoded = 0;
    let mostAhead = 0;
    const { deps } = ears(alternating(300), {
      onBlock: (at) => (decoded = at),
      before: async (_window, asked) => {
        mostAhead = Math.max(mostAhead, decoded - asked * 5);
        await new Promise((resolve) => setImmediate(resolve));
      },
    });
    await listen(deps, input(), { ...defaultListenSettings, waitingWindows: 4 });
    expect(mostAhead).toBeLessThan(100);
  });

  it('takes an interrupted call up where it stopped', async () => {
    const call = alternating(100);
    const first = ears(call, {
      before: (_window, asked) => {
        if (asked === 8) throw dependencyAway('recogniser', 'the recogniser does not answer');
      },
    });
    await expect(listen(first.deps, input())).rejects.toMatchObject({ code: 'recogniser.away', dependency: 'recogniser' });
    expect(first.memory.stored.size).toBe(7);
    const again = ears(call);
    const heard = await listen({ ...again.deps, answers: first.memory.answers }, input());
    expect(again.windows).toHaveLength(20 - 7);
    const undisturbed = ears(call);
    expect(heard.windows).toEqual((await listen(undisturbed.deps, input())).windows);
  });

  it('gives the same result however many windows are recognised at a time, whoever answers first', async () => {
    const call = alternating(120, 'zh');
    const plain = await listen(ears(call).deps, input({ language: 'auto' }));
    const racing = ears(call, { before: (_window, asked) => new Promise((resolve) => setTimeout(resolve, (asked * 7) % 11)) });
    const heard = await listen(racing.deps, input({ language: 'auto' }), { ...defaultListenSettings, concurrency: 5 });
    expect(heard.windows).toEqual(plain.windows);
  });

  it('stops at once when it is told to, and asks nothing more', async () => {
    const stop = new AbortController();
    const { deps, windows } = ears(alternating(300), {
      before: (_window, asked) => {
        if (asked === 3) stop.abort(new Error('the lease was lost'));
      },
    });
    await expect(listen(deps, input({ signal: stop.signal }))).rejects.toThrow('the lease was lost');
    expect(windows).toHaveLength(3);
  });

  it('passes a decoder failure through and leaves no worker behind', async () => {
    const { deps } = ears(alternating(60), {
      onBlock: (at) => {
        if (at === 20) throw new Error('the file ends in the middle');
      },
    });
    await expect(listen(deps, input())).rejects.toThrow('the file ends in the middle');
  });

  it('learns the language of a channel from its first speech, and lets a doubtful window tell for itself', async () => {
    const call: ScriptedCall = {
      seconds: 100,
      channels: 1,
      said: [
        ...[0, 10, 20, 30, 40, 60, 70, 80].map((from, i) => ({
          channel: 0 as const,
          from,
          to: from + 6,
          text: `第${i}句`,
          language: 'zh' as const,
        })),
        { channel: 0, from: 50, to: 56, text: 'now in English', language: 'en' },
      ],
    };
    const { deps, windows } = ears(call);
    const heard = await listen(deps, input({ language: 'auto' }));
    expect(said(heard).at(5)).toBe('0: now in English');
    expect(heard.windows.map((window) => window.language)).toEqual(['zh', 'zh', 'zh', 'zh', 'zh', 'en', 'zh', 'zh', 'zh']);
    expect(windows.map((window) => window.language)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      'zh',
      'zh',
      undefined,
      'zh',
      'zh',
      'zh',
    ]);
  });

  it('asks again, cut differently, for an answer that ran away', async () => {
    const call: ScriptedCall = {
      seconds: 12,
      channels: 1,
      said: [{ channel: 0, from: 1, to: 9, text: 'my number is four one one one', language: 'en' }],
    };
    const { deps, windows } = ears(call);
    const recogniser = {
      ...deps.recogniser,
      recognise: async (window: SpeechWindow, signal: AbortSignal) => {
        const answer = await deps.recogniser.recognise(window, signal);
        const loop = ' one two'.repeat(40);
        return windows.length === 1
          ? { ...answer, segments: [{ text: loop, startMs: 0, endMs: 8000, compressionRatio: 9 }], words: [] }
          : answer;
      },
    };
    const heard = await listen({ ...deps, recogniser }, input());
    expect(windows.map((window) => window.samples.length)).toEqual([8.4 * 16_000, 8.4 * 16_000 - 1920]);
    expect(said(heard)).toEqual(['0: my number is four one one one']);
    expect(wordsOf(heard.windows[0]!.answer, heard.windows[0]!)[0]!.startMs).toBe(1000);
  });

  it('knows one line that was written on two channels', async () => {
    const mono = { ...alternating(30), channels: 2 as const };
    const both: ScriptedCall = { ...mono, said: mono.said.map((each) => ({ ...each, channel: 0 as const })) };
    const { deps, windows } = ears(both);
    const decoder = scriptedDecoder(both);
    const doubled = {
      ...decoder,
      open: async (...args: Parameters<typeof decoder.open>) => {
        const audio = await decoder.open(...args);
        return {
          ...audio,
          blocks: (async function* () {
            for await (const [left] of audio.blocks) yield [left!, left!];
          })(),
        };
      },
    };
    const heard = await listen({ ...deps, decoder: doubled }, input());
    expect(heard).toMatchObject({ channels: 1, fileChannels: 2 });
    expect(heard.loudness).toHaveLength(1);
    expect(windows.length).toBe(heard.windows.length);
  });

  it('keeps the sound of a short call alone', async () => {
    const { deps } = ears(alternating(30));
    expect((await listen(deps, input())).kept).toHaveLength(30);
    expect(
      (await listen(ears(alternating(30)).deps, input(), { ...defaultListenSettings, keepBytes: 1_000_000 })).kept,
    ).toBeUndefined();
  });
});
