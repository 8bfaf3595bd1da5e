import { describe, expect, it } from 'vitest';
import { type HeardWord, textOf } from './heard-word.ts';
import { turnsOfOneChannel } from './one-channel.ts';
import { VoicePrints } from './voice-prints.ts';

const rate = 16_000;

/** What is said, by whom (for the sound alone), from and to in seconds; words share the time evenly. */
type Line = readonly [voice: 'high' | 'low', from: number, to: number, text: string];

function wordsOf(lines: readonly Line[]): HeardWord[] {
  return lines.flatMap(([, from, to, text]) => {
    const parts = text.match(/\p{Script=Han}\p{P}?|[^\s\p{Script=Han}]+/gu)!;
    return parts.map((part, i): HeardWord => {
      const startMs = Math.round(1000 * (from + ((to - from) * i) / parts.length));
      const endMs = Math.round(1000 * (from + ((to - from) * (i + 1)) / parts.length));
      return {
        channel: 0,
        startMs,
        endMs,
        text: part,
        glued: /\p{Script=Han}/u.test(part) && i > 0,
        confidence: 900,
        segment: 0,
      };
    });
  });
}

/** Two buzzing voices: pulses at 110 or 210 Hz through different resonances, with a melody of their own. */
function printsOf(lines: readonly Line[]): VoicePrints {
  const prints = new VoicePrints();
  for (const [voice, from, to] of lines) {
    const [pitch, resonance] = voice === 'low' ? [110, 600] : [210, 1000];
    let phase = 0;
    let [a, b] = [0, 0];
    const radius = 0.97;
    const samples = Int16Array.from({ length: Math.round((to - from) * rate) }, (_, i) => {
      const second = i / rate;
      phase += (pitch * (1 + 0.08 * Math.sin(2 * Math.PI * 1.3 * second))) / rate;
      const pulse = phase >= 1 ? 1 : 0;
      phase %= 1;
      const centre = resonance * (1 + 0.25 * Math.sin(2 * Math.PI * 2.1 * second + from));
      const out = pulse + 2 * radius * Math.cos((2 * Math.PI * centre) / rate) * a - radius * radius * b;
      [a, b] = [out, a];
      return Math.max(-30_000, Math.min(30_000, Math.round(out * 3000)));
    });
    prints.hear(samples, Math.round(from * rate));
  }
  return prints;
}

const inbound: readonly Line[] = [
  ['low', 0, 4, 'Thank you for calling Seaford Bank, how may I help you?'],
  ['high', 4.3, 7, 'Hi, I was charged twice this week.'],
  ['low', 7.3, 9, 'Let me check that.'],
  ['high', 9.3, 11, 'It was on Monday and Tuesday.'],
  ['low', 11.3, 14, 'One of them will be returned tomorrow.'],
  ['high', 14.3, 16, 'Great, that was quick.'],
  ['low', 16.3, 19, 'Is there anything else I can help with?'],
  ['high', 19.3, 20.5, 'No, bye.'],
];
const speakers = ['agent', 'customer', 'agent', 'customer', 'agent', 'customer', 'agent', 'customer'];

describe('both people on one channel', () => {
  it('are told apart by their voices, and named by their wording', () => {
    const turns = turnsOfOneChannel(wordsOf(inbound), { voices: printsOf(inbound) });
    expect(turns.map((turn) => turn.speaker)).toEqual(speakers);
    expect(turns.map((turn) => textOf(turn.words))).toEqual(inbound.map(([, , , text]) => text));
  });

  it('are named right whichever voice the agent has', () => {
    const other = inbound.map(([voice, ...rest]): Line => [voice === 'low' ? 'high' : 'low', ...rest]);
    expect(turnsOfOneChannel(wordsOf(other), { voices: printsOf(other) }).map((turn) => turn.speaker)).toEqual(speakers);
  });

  it('are still guessed from wording and question and answer where there is no sound', () => {
    const turns = turnsOfOneChannel(
      wordsOf([
        ['low', 0, 4, '您好，海川银行，工号八零一二，请问有什么可以帮您？'],
        ['high', 4.4, 7, '我想查一下我的信用卡账单。'],
        ['low', 7.5, 10, '请您提供身份证后四位。'],
        ['high', 10.5, 12, '二九三零。'],
        ['low', 12.6, 15, '好的，感谢您的来电，请对我的服务做出评价。'],
      ]),
    );
    expect(turns.map((turn) => turn.speaker)).toEqual(['agent', 'customer', 'agent', 'customer', 'agent']);
  });

  it('are never called sure', () => {
    for (const turn of turnsOfOneChannel(wordsOf(inbound), { voices: printsOf(inbound) }))
      expect(turn.speakerConfidence).toBeLessThan(700);
  });

  it('stay unknown where nothing tells', () => {
    const [turn] = turnsOfOneChannel(wordsOf([['low', 0, 2, 'the weather in the north']]));
    expect(turn).toMatchObject({ speaker: 'unknown', speakerConfidence: 500 });
    expect(turnsOfOneChannel([])).toEqual([]);
  });

  it('are cut where voice activity heard a new stretch, though the words leave no pause', () => {
    const words = wordsOf([['low', 0, 4, '请问您身份证后四位是多少']]).concat(wordsOf([['high', 4, 5, '二九三零']]));
    const turns = turnsOfOneChannel(words, {
      speech: [
        { startMs: 0, endMs: 3900 },
        { startMs: 4150, endMs: 5000 },
      ],
    });
    expect(turns.map((turn) => textOf(turn.words))).toEqual(['请问您身份证后四位是多少', '二九三零']);
  });
});
