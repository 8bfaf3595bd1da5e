import { pinyin } from 'pinyin-pro';

/** How a Han character sounds where it stands. */
export interface Syllable {
  readonly initial: string;
  readonly final: string;
  /** 0 (neutral) to 4. */
  readonly tone: number;
}

const initials = [
  'zh',
  'ch',
  'sh',
  'b',
  'p',
  'm',
  'f',
  'd',
  't',
  'n',
  'l',
  'g',
  'k',
  'h',
  'j',
  'q',
  'x',
  'r',
  'z',
  'c',
  's',
  'y',
  'w',
];

function split(spelt: string): Syllable {
  const match = /^([a-zü]+?)(\d?)$/.exec(spelt.replaceAll('v', 'ü'));
  const body = match?.[1] ?? spelt;
  const initial = initials.find((candidate) => body.startsWith(candidate)) ?? '';
  return { initial, final: body.slice(initial.length), tone: Number(match?.[2] === '' ? 0 : (match?.[2] ?? 0)) };
}

const known = new Map<string, Syllable>();

/** The syllables of a stretch of Han characters, heteronyms by context. One for each character. */
export function syllablesOf(han: string): Syllable[] {
  return pinyin(han, { type: 'array', toneType: 'num', v: true }).map((spelt) => {
    let syllable = known.get(spelt);
    if (syllable === undefined) {
      syllable = split(spelt);
      known.set(spelt, syllable);
    }
    return syllable;
  });
}

const initialClass: Readonly<Record<string, string>> = { zh: 'z', ch: 'c', sh: 's', l: 'n', h: 'f', r: 'n' };
const finalClass = (final: string): string => final.replace(/(?<=[iea])ng$/, 'n');

/** The class of a syllable in which what recognisers confuse is one: zh/z ch/c sh/s n/l/r f/h and in/ing en/eng an/ang. */
export function soundClass({ initial, final }: Syllable): string {
  return `${initialClass[initial] ?? initial}${finalClass(final)}`;
}

/** Cost of hearing one syllable for another, in thousandths of a whole substitution. */
export function soundCost(a: Syllable, b: Syllable): number {
  const tone = a.tone === b.tone ? 0 : 60;
  if (a.initial === b.initial && a.final === b.final) return tone;
  const initial =
    a.initial === b.initial ? 0 : (initialClass[a.initial] ?? a.initial) === (initialClass[b.initial] ?? b.initial) ? 120 : 550;
  const final = a.final === b.final ? 0 : finalClass(a.final) === finalClass(b.final) ? 120 : 550;
  return Math.min(1000, tone + initial + final);
}
