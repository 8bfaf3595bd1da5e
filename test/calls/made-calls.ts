import { packPrepared, prepareTranscript } from '../../phrases/index.ts';
import type { VerdictName } from '../../scoring/index.ts';
import { type CallDocument, type CallFacts, indexTerms, type VerdictFact } from '../../search/index.ts';
import type { Transcript } from '../../transcribe/index.ts';
import { rareLines, type Scene, scenes } from './made-lines.ts';

/** A row of numbers from 0 to before 1 that a seed decides (mulberry32). */
export type Random = () => number;

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const whole = (random: Random, least: number, most: number): number => least + Math.floor(random() * (most - least + 1));
const of = <T>(random: Random, items: readonly T[]): T => {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError('nothing to choose from');
  return item;
};

const names = {
  zh: ['陈晓梅', '王建国', '李娜', '张伟', '刘洋', '赵敏', '周杰', '吴倩', '郑凯', '孙丽'],
  en: ['Anna Miller', 'James Carter', 'Sofia Reyes', 'David Chen', 'Emily Clarke', 'Tom Walsh'],
} as const;
const teams = ['财富一组', '财富二组', '信用卡一组', '信用卡二组', '资产保全', 'English desk'] as const;
const weekdays = { zh: ['周一', '周三', '周五'], en: ['Monday', 'Wednesday', 'Friday'] } as const;
const digitNames = {
  zh: [...'零一二三四五六七八九'],
  en: 'zero one two three four five six seven eight nine'.split(' '),
} as const;

function fill(random: Random, text: string, language: 'zh' | 'en'): string {
  const digits = (count: number): string =>
    Array.from({ length: count }, () => of(random, digitNames[language])).join(language === 'zh' ? '' : ' ');
  const slots: Readonly<Record<string, () => string>> = {
    name: () => of(random, names[language]),
    digits4: () => digits(4),
    digits8: () => digits(8),
    small: () => of(random, digitNames[language].slice(1)),
    days: () => String(whole(random, 2, 28)),
    money: () => (language === 'zh' ? `${whole(random, 1, 90) * 100}元` : `${whole(random, 5, 900)} dollars`),
    weekday: () => of(random, weekdays[language]),
    product: () => of(random, scenes[language]).product,
  };
  return text.replaceAll(/\{(\w+)\}/gu, (_whole, slot: string) => slots[slot]?.() ?? '');
}

/** A made-up call as a recogniser would write it: turns with timed words and confidences, about 1,000 characters. */
export function madeTranscript(random: Random, language: 'zh' | 'en', scene: Scene = of(random, scenes[language])): Transcript {
  const lines = scene.lines.filter(() => random() > 0.08);
  for (const rare of rareLines)
    if (rare.language === language && random() < 1 / rare.oneIn) lines.splice(whole(random, 1, lines.length), 0, rare.line);
  const turns: Transcript['turns'] = [];
  let at = whole(random, 300, 2_000);
  // The conversation turns in circles a few times, as calls do.
  const rounds = whole(random, 2, 4);
  for (let round = 0; round < rounds; round += 1)
    for (const line of round === 0 ? lines : lines.filter(() => random() > 0.25)) {
      const speaker = line.startsWith('a:') ? 'agent' : 'customer';
      const text = fill(
        random,
        of(random, line.slice(2).split('|'))
          .replace(/^[ac]: /u, '')
          .trim(),
        language,
      );
      const words = timedWords(random, text, language, at);
      const endMs = words.at(-1)?.endMs ?? at;
      turns.push({
        id: `t${turns.length + 1}`,
        speaker,
        speakerConfidence: random() < 0.05 ? 0.6 : 0.95,
        channel: speaker === 'agent' ? 0 : 1,
        startMs: at,
        endMs,
        text,
        words,
      });
      at = endMs + (random() < 0.03 ? whole(random, 4_000, 20_000) : whole(random, -200, 900));
      at = Math.max(at, endMs - 200);
    }
  return { version: 1, language, durationMs: at + 500, layout: 'agent-left', turns } as Transcript;
}

function timedWords(
  random: Random,
  text: string,
  language: 'zh' | 'en',
  startMs: number,
): NonNullable<Transcript['turns'][number]['words']> {
  const pieces = language === 'zh' ? [...text].filter((piece) => /[\p{L}\p{N}]/u.test(piece)) : text.split(' ');
  let at = startMs;
  return pieces.map((piece) => {
    const from = at;
    at += language === 'zh' ? whole(random, 150, 280) : whole(random, 180, 480);
    return { text: piece, startMs: from, endMs: at, confidence: whole(random, 550, 1000) / 1000 };
  });
}

const criteria = [
  'greeting',
  'identity',
  'risk-statement',
  'no-promise',
  'dead-air',
  'overtalk',
  'anything-else',
  'closing',
  'rating',
  'pace',
];

/** What is known of a made-up call beside its words. */
export function madeFacts(random: Random, number: number, transcript: Transcript): { facts: CallFacts; verdicts: VerdictFact[] } {
  const language = transcript.language === 'en' ? 'en' : 'zh';
  const scene = of(random, scenes[language]);
  const agent = whole(random, 0, 199);
  const startedAt = Date.UTC(2026, 0, 1) + whole(random, 0, 300 * 24 * 3600) * 1000;
  const rubricId = `rubric-${scene.queue}`;
  const verdicts = criteria.map((criterionId): VerdictFact => {
    const drawn = random();
    const verdict: VerdictName = drawn < 0.72 ? 'met' : drawn < 0.88 ? 'unmet' : drawn < 0.95 ? 'not_applicable' : 'needs_review';
    return { rubricId, criterionId, verdict };
  });
  const met = verdicts.filter(({ verdict }) => verdict === 'met').length;
  const counted = verdicts.filter(({ verdict }) => verdict === 'met' || verdict === 'unmet').length;
  const review = verdicts.filter(({ verdict }) => verdict === 'needs_review').length;
  const percent = counted === 0 ? null : Math.round((1000 * met) / counted);
  const isUnmet = (id: string): number => (verdicts.some((each) => each.criterionId === id && each.verdict === 'unmet') ? 1 : 0);
  return {
    facts: {
      callId: idOf(number),
      revision: 3,
      state: 'scored',
      at: startedAt,
      startedAt,
      receivedAt: startedAt + whole(random, 60, 7200) * 1000,
      source: random() < 0.9 ? 'pbx' : 'upload',
      name: `${new Date(startedAt).toISOString().slice(0, 10)}/${number}.wav`,
      title: scene.title,
      agentId: `a${agent}`,
      agentName: names[language][agent % names[language].length] ?? null,
      team: teams[agent % teams.length] ?? null,
      queue: scene.queue,
      direction: scene.direction,
      product: scene.product,
      language: transcript.language,
      durationMs: transcript.durationMs,
      score: { percent, provisional: review > 0, low: percent, high: percent, band: null },
      critical: { customer: isUnmet('identity'), business: 0, compliance: isUnmet('risk-statement') + isUnmet('no-promise') },
      needsReview: review,
    },
    verdicts,
  };
}

/** Scattered over the whole range, as hashes are. */
function idOf(number: number): string {
  let out = '';
  for (let part = 0; part < 4; part += 1) {
    let mixed = Math.imul(number + 1 + part * 0x9e3779b9, 0x85ebca6b) >>> 0;
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35) >>> 0;
    out += ((mixed ^ (mixed >>> 13)) >>> 0).toString(16).padStart(8, '0');
  }
  return out.slice(0, 24) + number.toString(16).padStart(8, '0');
}

export interface MadeWords {
  readonly transcript: Transcript;
  readonly terms: readonly string[];
  readonly form: Uint8Array;
}

/** What is said in made-up calls: a pool, since reading a call takes longer than anything else that an index needs. */
export function madeWords(random: Random, count: number): readonly MadeWords[] {
  return Array.from({ length: count }, (): MadeWords => {
    const transcript = madeTranscript(random, random() < 0.75 ? 'zh' : 'en');
    const prepared = prepareTranscript(transcript);
    return { transcript, terms: indexTerms(prepared), form: packPrepared(prepared) };
  });
}

/**
 * Documents of plausible calls, the same for the same seed: numbers `from` to before `to`, in two languages, of 200 agents over
 * 300 days. Calls share their words with others of the pool; what is known of them is their own.
 */
export function* madeDocuments(seed: number, from: number, to: number, pool: readonly MadeWords[]): Generator<CallDocument> {
  for (let number = from; number < to; number += 1) {
    const random = seededRandom(seed + number * 7919);
    const { transcript, terms, form } = of(random, pool);
    yield { ...madeFacts(random, number, transcript), terms, form };
  }
}
