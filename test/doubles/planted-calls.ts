import { encodeWav } from '../../services/adapters/openai/wav.ts';
import type { Plant } from '../plants.ts';
import { type HeardAt, type HeardChannel, spokenOver } from './heard-recordings.ts';

/** Numbers that nobody may find anywhere but in the raw store. None belongs to anyone: test numbers with right check digits. */
export const plants: readonly Plant[] = [
  { name: 'card', digits: '6222021234567894' },
  { name: 'other card', digits: '4111111111111111' },
  { name: 'cvv', digits: '737' },
  { name: 'identity', digits: '110101198511200121' },
  { name: 'mobile', digits: '13800138000' },
];

const han = '零幺二三四五六七八九';
const english = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const digitsOf = (name: string): string => plants.find((plant) => plant.name === name)!.digits;
const inHan = (name: string): string => [...digitsOf(name)].map((digit) => han[Number(digit)]!).join('');
const inEnglish = (name: string): string => [...digitsOf(name)].map((digit) => english[Number(digit)]!).join(' ');
const apart = (name: string, ...sizes: number[]): string => {
  const groups: string[] = [];
  let at = 0;
  for (const size of sizes) groups.push(digitsOf(name).slice(at, (at += size)));
  return groups.join(name === 'other card' ? '-' : ' ');
};

/** How people and recognisers put numbers: singly in Chinese, in English words, in groups, as one. */
export const sayings: Readonly<Record<string, { readonly language: 'zh' | 'en'; readonly lines: readonly string[] }>> = {
  'singly-in-chinese': {
    language: 'zh',
    lines: [
      `我的银行卡卡号是${inHan('card')}`,
      `另一张信用卡卡号是${inHan('other card')}`,
      `安全码是${inHan('cvv')}`,
      `身份证号码是${inHan('identity')}`,
      `手机号是${inHan('mobile')}`,
    ],
  },
  'in-english-words': {
    language: 'en',
    lines: [
      `my card number is ${inEnglish('card')}`,
      `the other card number is ${inEnglish('other card')}`,
      `the security code is ${inEnglish('cvv')}`,
      `my identity number is ${inEnglish('identity')}`,
      `my mobile number is ${inEnglish('mobile')}`,
    ],
  },
  separated: {
    language: 'zh',
    lines: [
      `银行卡卡号 ${apart('card', 4, 4, 4, 4)} 对`,
      `信用卡卡号 ${apart('other card', 4, 4, 4, 4)} 对`,
      `安全码 7 3 7 对`,
      `身份证号 ${apart('identity', 6, 8, 4)} 对`,
      `手机号 ${apart('mobile', 3, 4, 4)} 对`,
    ],
  },
  written: {
    language: 'en',
    lines: [
      `the card number is ${digitsOf('card')} yes`,
      `the card number is ${digitsOf('other card')} yes`,
      `the security code is ${digitsOf('cvv')} yes`,
      `the identity number is ${digitsOf('identity')} yes`,
      `the mobile number is ${digitsOf('mobile')} yes`,
    ],
  },
};

/** Everything that is planted, in one text. */
export const everySaying = Object.values(sayings)
  .flatMap(({ lines }) => lines)
  .join('\n');

export interface PlantedRecording {
  readonly name: string;
  readonly language: 'zh' | 'en';
  readonly wav: Uint8Array<ArrayBuffer>;
  readonly heard: HeardChannel;
}

const rate = 16_000;
const gapMs = 1200;

/**
 * Recordings, one for each way of saying, made of stretches of real speech with silence between them; in each stretch the
 * recogniser hears one of the planted lines. The same stretch is quieter in each recording, so that all their sounds differ.
 */
export function plantedRecordings(speech: readonly Int16Array[]): PlantedRecording[] {
  return Object.entries(sayings).map(([name, { language, lines }], recording) => {
    const words: HeardAt[] = [];
    const parts: Int16Array[] = [silence(1000)];
    let atMs = 1000;
    for (const [index, line] of lines.entries()) {
      const piece = speech[index % speech.length]!.map((sample) => Math.round(sample * (1 - 0.1 * recording)));
      const lengthMs = piece.length / 16;
      words.push(...spokenOver(line, atMs + 100, atMs + lengthMs - 100));
      parts.push(piece, silence(gapMs));
      atMs += lengthMs + gapMs;
    }
    const samples = Int16Array.from(parts.flatMap((part) => [...part]));
    return { name: `${name}.wav`, language, wav: encodeWav(samples, rate), heard: { samples, words } };
  });
}

const silence = (ms: number): Int16Array => new Int16Array(ms * 16);

/** The planted lines as a transcript of another system, without times of words. */
export function plantedTranscript(): string {
  const lines = Object.values(sayings).flatMap((saying) => saying.lines);
  return JSON.stringify({
    version: 1,
    language: 'zh',
    durationMs: lines.length * 8000,
    layout: 'agent-left',
    turns: lines.map((text, index) => ({
      id: `t${index + 1}`,
      speaker: index % 2 === 0 ? 'customer' : 'agent',
      speakerConfidence: 1,
      channel: index % 2 === 0 ? 1 : 0,
      startMs: index * 8000 + 500,
      endMs: index * 8000 + 7500,
      text,
    })),
  });
}
