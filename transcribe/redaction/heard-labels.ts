import { soundCost, type Syllable, syllablesOf } from '../../language/index.ts';
import type { SensitiveKind } from './number-labels.ts';

/** A label that a recogniser wrote with other characters of nearly the same sound (身份之后稍微 for 身份证后四位). */
export interface HeardLabel {
  readonly kind: SensitiveKind | 'public';
  readonly start: number;
  readonly end: number;
  readonly tail: number | undefined;
}

const spellings: readonly (readonly [kind: HeardLabel['kind'], text: string, tail?: number])[] = [
  ['card', '银行卡号'],
  ['card', '卡号'],
  ['card', '卡号后四位', 4],
  ['idcard', '身份证后四位', 4],
  ['idcard', '身份证后六位', 6],
  ['idcard', '身份证号码'],
  ['idcard', '身份证号'],
  ['idcard', '证件号码'],
  ['phone', '手机号码'],
  ['phone', '手机号'],
  ['phone', '联系电话'],
  ['code', '验证码'],
  ['cvv', '安全码'],
  ['cvv', '后三位', 3],
  ['expiry', '有效期'],
  ['pin', '密码'],
  ['account', '账号'],
  ['public', '工号'],
];

/** Thousandths of a substitution that a syllable may cost on average, by the label's length. */
const allowed = (syllables: number): number => (syllables <= 2 ? 45 : syllables <= 4 ? 190 : 250);

interface SoundedLabel {
  readonly kind: HeardLabel['kind'];
  readonly tail: number | undefined;
  /** For each syllable of the label: what hearing it as another costs, as far as it was asked. */
  readonly costs: readonly SyllableCosts[];
  readonly limit: number;
}

/** Costs of hearing one syllable as others: there are some 1,500 in all, each one object. */
class SyllableCosts {
  readonly #wanted: Syllable;
  readonly #costs = new Map<Syllable, number>();
  constructor(wanted: Syllable) {
    this.#wanted = wanted;
  }

  of(said: Syllable): number {
    let cost = this.#costs.get(said);
    if (cost === undefined) {
      cost = soundCost(this.#wanted, said);
      this.#costs.set(said, cost);
    }
    return cost;
  }
}

let sounded: readonly SoundedLabel[] | undefined;

/** Labels by sound, the longest first; marks between the characters do not count. */
export function heardLabels(text: string): HeardLabel[] {
  const places = [...text.matchAll(/\p{Script=Han}/gu)].map((match) => match.index);
  if (places.length < 2) return [];
  sounded ??= spellings
    .map(([kind, spelling, tail]): SoundedLabel => {
      const costs = syllablesOf(spelling).map((syllable) => new SyllableCosts(syllable));
      return { kind, tail, costs, limit: allowed(costs.length) * costs.length };
    })
    .toSorted((a, b) => b.costs.length - a.costs.length);
  const said = syllablesOf(places.map((place) => text[place]).join(''));
  if (said.length !== places.length) return [];
  const labels: HeardLabel[] = [];
  for (const { kind, tail, costs, limit } of sounded) {
    for (let at = 0; at + costs.length <= said.length; at++) {
      let cost = 0;
      for (let index = 0; index < costs.length && cost <= limit; index++) cost += costs[index]!.of(said[at + index]!);
      if (cost > limit) continue;
      const start = places[at]!;
      const end = places[at + costs.length - 1]! + 1;
      if (end - start > costs.length + 2 || labels.some((label) => label.start < end && label.end > start)) continue;
      labels.push({ kind, start, end, tail });
    }
  }
  return labels;
}
