import { customPinyin, pinyin } from 'pinyin-pro';
import { englishWord, type Phone, phoneNames } from './english-words.ts';
import { lettersToSounds } from './letters-to-sounds.ts';

/** How a Han character sounds where it stands. Finals are spelt as they sound: you is `iou`, wang `uang`, ju `ü`. */
export interface Syllable {
  /** `zh`, `b`, …; empty for a syllable that begins with its vowel. */
  readonly initial: string;
  readonly final: string;
  /** 0 (neutral) to 4. */
  readonly tone: number;
}

/** A Mandarin syllable or an English phone. */
export type Sound = Syllable | Phone;

const initials = 'zh ch sh b p m f d t n l g k h j q x r z c s'.split(' ');

function split(spelt: string): Syllable {
  const match = /^([a-zêü]+?)(\d?)$/.exec(spelt.replaceAll('v', 'ü'));
  const body = match?.[1] ?? spelt;
  const tone = Number(match?.[2] === '' ? 0 : (match?.[2] ?? 0));
  if (body.startsWith('y')) return { initial: '', final: withoutY(body.slice(1)), tone };
  if (body.startsWith('w')) return { initial: '', final: withoutW(body.slice(1)), tone };
  const initial = initials.find((candidate) => body.startsWith(candidate)) ?? '';
  const final = body.slice(initial.length);
  if ('jqx'.includes(initial) && initial !== '' && final.startsWith('u')) return { initial, final: `ü${final.slice(1)}`, tone };
  return { initial, final: { iu: 'iou', ui: 'uei', un: 'uen' }[final] ?? final, tone };
}

const withoutY = (rest: string): string =>
  rest.startsWith('u')
    ? `ü${rest.slice(1)}`
    : rest.startsWith('i')
      ? rest
      : ({ ou: 'iou', e: 'ie', an: 'ian' }[rest] ?? `i${rest}`);
const withoutW = (rest: string): string => (rest === 'u' ? 'u' : ({ ei: 'uei', en: 'uen', eng: 'ueng' }[rest] ?? `u${rest}`));

/** Readings of the field that a general dictionary gets wrong or leaves open. */
customPinyin(
  Object.fromEntries(
    (
      '还款 huán kuǎn|还清 huán qīng|还钱 huán qián|还贷 huán dài|还本 huán běn|还息 huán xī|还上 huán shàng|还完 huán wán|还不上 huán bú shàng|未还 wèi huán|应还 yīng huán|' +
      '已还 yǐ huán|待还 dài huán|偿还 cháng huán|归还 guī huán|提前还 tí qián huán|最低还 zuì dī huán|还了多少 huán le duō shǎo|本行 běn háng|我行 wǒ háng|贵行 guì háng|他行 tā háng|跨行 kuà háng|分行 fēn háng|总行 zǒng háng|' +
      '支行 zhī háng|招行 zhāo háng|建行 jiàn háng|工行 gōng háng|农行 nóng háng|中行 zhōng háng|交行 jiāo háng|开户行 kāi hù háng|行里 háng lǐ|行号 háng hào|央行 yāng háng|行长 háng zhǎng|' +
      '上调 shàng tiáo|下调 xià tiáo|回调 huí tiáo|调整 tiáo zhěng|调高 tiáo gāo|调低 tiáo dī|调额 tiáo é|存折 cún zhé|打折 dǎ zhé|折扣 zhé kòu|参与 cān yù|给付 jǐ fù|供给 gōng jǐ|重新 chóng xīn|重复 chóng fù|' +
      '涨跌 zhǎng diē|差额 chā é|差价 chā jià|结算 jié suàn|冻结 dòng jié|了结 liǎo jié|了解 liǎo jiě|明了 míng liǎo|计算 jì suàn|佣金 yòng jīn|转账 zhuǎn zhàng|转存 zhuǎn cún|周转 zhōu zhuǎn|期间 qī jiān|' +
      '便宜 pián yi|因为 yīn wèi|为了 wèi le|处理 chǔ lǐ|客服处 kè fú chù|得到 dé dào|挂失 guà shī|便捷 biàn jié|单据 dān jù|朝朝宝 zhāo zhāo bǎo|长期 cháng qī|增长 zēng zhǎng|数额 shù é'
    )
      .split('|')
      .map((entry) => [entry.slice(0, entry.indexOf(' ')), entry.slice(entry.indexOf(' ') + 1)]),
  ),
);

const known = new Map<string, Syllable>();
const stretches = new Map<string, readonly Syllable[]>();
/** How many stretches are kept; then the memory begins again. */
const mostStretches = 5000;

/** The syllables of a stretch of Han characters, heteronyms by context (银行, 还款). One for each character. */
export function syllablesOf(han: string): readonly Syllable[] {
  const kept = stretches.get(han);
  if (kept !== undefined) return kept;
  const read = pinyin(han, { type: 'array', toneType: 'num', v: true }).map((spelt) => {
    let syllable = known.get(spelt);
    if (syllable === undefined) {
      syllable = split(spelt);
      known.set(spelt, syllable);
    }
    return syllable;
  });
  if (stretches.size >= mostStretches) stretches.clear();
  stretches.set(han, read);
  return read;
}

const letterNames: Readonly<Record<string, string>> = {
  ...{
    a: 'EY',
    b: 'B IY',
    c: 'S IY',
    d: 'D IY',
    e: 'IY',
    f: 'EH F',
    g: 'JH IY',
    h: 'EY CH',
    i: 'AY',
    j: 'JH EY',
    k: 'K EY',
    l: 'EH L',
    m: 'EH M',
  },
  ...{
    n: 'EH N',
    o: 'OW',
    p: 'P IY',
    q: 'K Y UW',
    r: 'AA R',
    s: 'EH S',
    t: 'T IY',
    u: 'Y UW',
    v: 'V IY',
    w: 'D AH B AH L Y UW',
    x: 'EH K S',
    y: 'W AY',
    z: 'Z IY',
  },
};

/**
 * The phones of an English word, ARPAbet without stress: from the frozen table, else by its parts ('s, plural), else letter by
 * letter where it has no vowel (ATM), else by spelling rules. Never empty for a word with a letter of a to z.
 */
export function phonesOf(given: string): readonly Phone[] {
  const word = given.toLowerCase();
  const found = englishWord(word)?.phones ?? [];
  if (found.length > 0) return found;
  const stem = /^(.{2,}?)(?:'s|s')$/.exec(word)?.[1];
  if (stem !== undefined) return [...phonesOf(stem), 'Z'];
  const letters = word.replaceAll(/[^a-z]/g, '');
  if (letters !== '' && (letters.length === 1 || !/[aeiouy]/.test(letters)))
    return [...letters].flatMap((letter) => (letterNames[letter] ?? '').split(' '));
  const plural = letters.length > 3 && letters.endsWith('s') ? (englishWord(letters.slice(0, -1))?.phones ?? []) : [];
  return plural.length > 0 ? [...plural, 'Z'] : lettersToSounds(letters);
}

/* Distances. */

const initialClass: Readonly<Record<string, string>> = { zh: 'z', ch: 'c', sh: 's', l: 'n', h: 'f', r: 'n' };
const ngAfter = /[iea]ng$/;
const finalClass = (final: string): string => (ngAfter.test(final) ? final.slice(0, -1) : final);

/** The class of a syllable in which what recognisers confuse is one: zh/z ch/c sh/s n/l/r f/h and in/ing en/eng an/ang. */
export function soundClass({ initial, final }: Syllable): string {
  return `${initialClass[initial] ?? initial}${finalClass(final)}`;
}

const classIds = new Map<string, number>();
{
  const finals =
    'a ai an ao e ei en eng er o ou i ia ian iao ie in iong iou iu u ua uai uan uei uen ueng uo ü üan üe ün ong ê n ng m'.split(
      ' ',
    );
  const starts = ['', ...new Set(initials.map((initial) => initialClass[initial] ?? initial))];
  let id = phoneNames.length + 1;
  for (const start of starts)
    for (const final of new Set(finals.map(finalClass))) classIds.set(`${start}${finalClass(final)}`, (id += 1));
}
const phoneIds: ReadonlyMap<string, number> = new Map(phoneNames.map((phone, index) => [phone, index + 1]));

/**
 * A small whole number for what a sound is in a candidate search: syllables by class (`soundClass`, without tone), phones by
 * themselves; 0 for what has no sound. The same numbers in every process that has this version of the tables.
 */
export function soundId(sound: Sound): number {
  return typeof sound === 'string' ? (phoneIds.get(sound) ?? 0) : (classIds.get(soundClass(sound)) ?? 0);
}

const vowels: ReadonlySet<string> = new Set('AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW'.split(' '));
const closePhones: ReadonlyMap<string, number> = new Map(
  [
    ...'P B,T D,K G,F V,S Z,SH ZH,CH JH,TH D,M N,N NG,S TH,F TH,SH CH,L R,W V,T TH,DH D,DH TH,DH Z'
      .split(',')
      .map((pair) => [pair, 300] as const),
    ...'IH IY,EH AE,AH AA,AH IH,UH UW,AO AA,AO OW,EH IH,AH UH,ER AH,EH EY,AH EH,AE AH,AY AA,AW AA,OY AO'
      .split(',')
      .map((pair) => [pair, 250] as const),
  ].flatMap(([pair, cost]) => [[pair, cost] as const, [pair.split(' ').toReversed().join(' '), cost] as const]),
);

/** Cost of hearing one phone for another, in thousandths of a whole substitution. */
export function phoneCost(a: Phone, b: Phone): number {
  if (a === b) return 0;
  return closePhones.get(`${a} ${b}`) ?? (vowels.has(a) && vowels.has(b) ? 500 : 1000);
}

/** The phone that a Mandarin initial comes nearest to. */
const initialPhones: Readonly<Record<string, Phone>> = {
  ...{ b: 'B', p: 'P', m: 'M', f: 'F', d: 'D', t: 'T', n: 'N', l: 'L', g: 'G', k: 'K', h: 'HH', j: 'JH', q: 'CH', x: 'SH' },
  ...{ zh: 'JH', ch: 'CH', sh: 'SH', r: 'R', z: 'Z', c: 'S', s: 'S' },
};
const finalPhones: Readonly<Record<string, Phone>> = { a: 'AA', o: 'OW', e: 'AH', i: 'IY', u: 'UW', ü: 'UW', ê: 'EH' };

/**
 * Cost of hearing one sound for another, in thousandths of a whole substitution: between syllables, between phones, and between
 * a syllable and a phone, which are at best half alike.
 */
export function soundCost(a: Sound, b: Sound): number {
  if (typeof a === 'string') return typeof b === 'string' ? phoneCost(a, b) : mixedCost(b, a);
  if (typeof b === 'string') return mixedCost(a, b);
  const tone = a.tone === b.tone ? 0 : 60;
  if (a.initial === b.initial && a.final === b.final) return tone;
  const initial =
    a.initial === b.initial ? 0 : (initialClass[a.initial] ?? a.initial) === (initialClass[b.initial] ?? b.initial) ? 120 : 550;
  const final = a.final === b.final ? 0 : finalClass(a.final) === finalClass(b.final) ? 120 : 550;
  return Math.min(1000, tone + initial + final);
}

function mixedCost(syllable: Syllable, phone: Phone): number {
  const near = [initialPhones[syllable.initial], finalPhones[syllable.final[0] ?? '']].map((each) =>
    each === undefined ? 1000 : phoneCost(each, phone),
  );
  return Math.max(500, Math.min(...near));
}
