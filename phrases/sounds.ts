import {
  type Phone,
  phoneCost,
  phonesOf,
  soundClass,
  soundCost,
  type Syllable,
  syllablesOf,
  wordWeight,
} from '../language/index.ts';
import type { Sounds } from './alignment.ts';
import type { ReadWord } from './prepared.ts';

/**
 * Every sound has a number, so that costs are looked up in rows. The numbers are of this process alone: nothing that leaves it,
 * and no order, depends on them.
 */
const idOf = new Map<string, number>();
const keys: string[] = [];
const sounds: Sound[] = [];
const rows: { readonly costs: Uint16Array; known: number }[] = [];

type Sound = { readonly syllable: Syllable } | { readonly phone: Phone } | { readonly silent: true };

/** Differences of this much and more are whole ones: only what is heard for each other is cheap. */
const wholeCost = 1000;

function intern(key: string, make: () => Sound): number {
  let id = idOf.get(key);
  if (id === undefined) {
    id = sounds.length;
    idOf.set(key, id);
    keys.push(key);
    sounds.push(make());
  }
  return id;
}

/** What no phrase sounds like: a redacted stretch. */
const redactedSound = intern('redacted', () => ({ silent: true }));

/** Costs (0 to 1000) of hearing each sound known by now for this one. */
export function costsFrom(id: number): Uint16Array {
  let row = rows[id];
  if (row !== undefined && row.known >= sounds.length) return row.costs;
  if (row === undefined || row.costs.length < sounds.length) {
    const costs = new Uint16Array(Math.max(1024, sounds.length * 2));
    if (row !== undefined) costs.set(row.costs);
    row = { costs, known: row?.known ?? 0 };
    rows[id] = row;
  }
  const wanted = sounds[id];
  for (let other = row.known; other < sounds.length; other += 1) {
    const said = sounds[other];
    row.costs[other] = other === id ? 0 : wanted === undefined || said === undefined ? wholeCost : costBetween(wanted, said);
  }
  row.known = sounds.length;
  return row.costs;
}

function costBetween(a: Sound, b: Sound): number {
  if ('syllable' in a && 'syllable' in b) return soundCost(a.syllable, b.syllable);
  if ('phone' in a && 'phone' in b) return phoneCost(a.phone, b.phone);
  return wholeCost;
}

/** The cost between two sounds by number. */
export function costBetweenSounds(wanted: number, said: number): number {
  return costsFrom(wanted)[said] ?? wholeCost;
}

/** English phones by what is heard for each other: to hear one of another class is to hear another sound altogether. */
const phoneClasses: ReadonlyMap<string, string> = new Map(
  [
    'AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW',
    'P B',
    'K G',
    'T D DH TH F V W S Z',
    'SH ZH CH JH',
    'M N NG',
    'L R',
    'HH',
    'Y',
  ].flatMap((phones) => phones.split(' ').map((phone) => [phone, `/${phones.split(' ')[0] ?? ''}`] as const)),
);

/** The class of a sound in which what recognisers confuse is one; undefined for what was redacted. */
export function classOfSound(id: number): string | undefined {
  const sound = sounds[id];
  if (sound === undefined || 'silent' in sound) return undefined;
  return 'syllable' in sound ? soundClass(sound.syllable) : phoneClasses.get(sound.phone);
}

/** A name of a sound that outlives this process. */
export function keyOfSound(id: number): string {
  return keys[id] ?? 'redacted';
}

/** The sound of a name that `keyOfSound` gave, in this process or another. */
export function soundOfKey(key: string): number {
  const known = idOf.get(key);
  if (known !== undefined) return known;
  return intern(key, () => {
    const [initial = '', final = '', tone = ''] = key.split(' ');
    return initial === 'phone' ? { phone: final as Phone } : { syllable: { initial, final, tone: Number(tone) } };
  });
}

/** How much a difference counts where the recogniser was this sure (thousandths; -1: it said nothing). */
export function trustIn(confidence: number): number {
  return confidence < 0 ? 1000 : 600 + Math.round(confidence * 0.4);
}

/** What hearing a sound as one of another class costs at least, in thousandths. */
export const leastDifference = 550;

/** Whether a sound is a syllable that is a negator's (不 bu, 没 mei). */
export function soundsLikeNegator(id: number): boolean {
  const sound = sounds[id];
  if (sound === undefined || !('syllable' in sound)) return false;
  const { initial, final } = sound.syllable;
  return (initial === 'b' && final === 'u') || (initial === 'm' && final === 'ei');
}

/** No sound weighs less: what rounding may take from a cost stays small beside it. */
const leastWeight = 25;

/** Particles say little: a quarter. */
const particles = new Set('了吗吧呢的啊呀嘛哦');

/** What a word weighs in an alignment: an English word by how rare it is (60 to 300), a Han character 160, a particle less. */
function weightOfWord(word: ReadWord): number {
  if (word.kind === 'latin') return Math.round(wordWeight({ kind: 'word', text: word.text }) / 5);
  return particles.has(word.text) ? 40 : 160;
}

/** Each sound of a number weighs as a rare character: numbers are what a sentence hangs on. */
const numberWeight = { han: 160, word: 240 } as const;
const redactedWeight = 160;

interface Draft {
  readonly ids: number[];
  readonly weights: number[];
  readonly words: number[];
  readonly trust: number[];
}

/**
 * The sounds of words that are no fillers: Han characters by syllable, in the context of their neighbours; English by phones;
 * numbers as they are spoken. `words` of the result counts `chosen`.
 */
export function soundsOf(words: readonly ReadWord[], chosen: Int32Array, confidence?: Int16Array): Sounds {
  const draft: Draft = { ids: [], weights: [], words: [], trust: [] };
  let stretch: { text: string; owners: number[] } = { text: '', owners: [] };
  const trustOf = (at: number): number => trustIn(confidence?.[chosen[at] ?? 0] ?? -1);
  const put = (id: number, weight: number, at: number): void => {
    draft.ids.push(id);
    draft.weights.push(weight);
    draft.words.push(at);
    draft.trust.push(trustOf(at));
  };
  const close = (): void => {
    if (stretch.text === '') return;
    const read = syllablesOf(stretch.text);
    stretch.owners.forEach((at, index) => {
      const word = words[chosen[at] ?? 0];
      const syllable = read[index];
      if (word === undefined || syllable === undefined) return;
      const key = `${syllable.initial} ${syllable.final} ${syllable.tone}`;
      put(
        intern(key, () => ({ syllable })),
        word.kind === 'number' ? numberWeight.han : weightOfWord(word),
        at,
      );
    });
    stretch = { text: '', owners: [] };
  };
  for (let at = 0; at < chosen.length; at += 1) {
    const word = words[chosen[at] ?? 0];
    if (word === undefined) continue;
    const spoken = word.number?.spoken ?? word.text;
    if (word.kind === 'redacted') {
      close();
      put(redactedSound, redactedWeight, at);
      continue;
    }
    if (/\p{Script=Han}|〇/u.test(spoken)) {
      for (const character of spoken) {
        if (!/[\p{Script=Han}〇]/u.test(character)) continue;
        stretch.text += character === '〇' ? '零' : character;
        stretch.owners.push(at);
      }
      continue;
    }
    close();
    const parts = spoken.split(' ').filter((part) => part !== '');
    for (const part of parts) {
      const phones = phonesOf(part);
      const weight = Math.max(leastWeight * phones.length, word.kind === 'number' ? numberWeight.word : weightOfWord(word));
      phones.forEach((phone, index) => {
        const share = Math.floor((weight * (index + 1)) / phones.length) - Math.floor((weight * index) / phones.length);
        put(
          intern(`phone ${phone}`, () => ({ phone })),
          share,
          at,
        );
      });
    }
  }
  close();
  return {
    ids: Int32Array.from(draft.ids),
    weights: Int32Array.from(draft.weights),
    words: Int32Array.from(draft.words),
    trust: Int32Array.from(draft.trust),
  };
}
