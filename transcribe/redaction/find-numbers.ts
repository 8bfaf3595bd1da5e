import { type Ask, isDirect, openAsk } from './asks.ts';
import {
  isCardExpiry,
  isCardNumber,
  isIdentityNumber,
  isMobileNumber,
  isOldIdentityNumber,
  isServiceNumber,
  looksLikeIdentityNumber,
} from './check-digits.ts';
import { type DigitRun, isLight, type PlacedNumber, type ReadTurn, runOf } from './digit-runs.ts';
import type { Label, SensitiveKind } from './number-labels.ts';

/** A run that is to be hidden. */
export interface FoundNumber {
  readonly kind: SensitiveKind;
  readonly run: DigitRun;
  /** 1/1000. */
  readonly confidence: number;
  /** Complete and right by its own check or by the length that was asked for: nothing of it was lost. */
  readonly whole: boolean;
  /** The question that it answers. */
  readonly ask: Ask | undefined;
}

/** Says of every run what it is, and keeps those that are secret. Runs in order of time. */
export function findNumbers(turns: readonly ReadTurn[], runs: readonly DigitRun[], asks: readonly Ask[]): FoundNumber[] {
  const found: FoundNumber[] = [];
  for (const run of runs)
    for (const part of partsOf(run).flatMap((each) => answersIn(turns, each, asks))) {
      const number = classify(turns, part.run, part.kind, asks);
      if (number === undefined) continue;
      found.push(number);
      number.ask?.answers.push({ kind: number.kind, whole: number.whole, run: number.run });
    }
  return found;
}

type Proven = Extract<SensitiveKind, 'card' | 'idcard' | 'phone'>;

/** What digits are by their own check alone. */
function provenKind(digits: string): Proven | undefined {
  if (isIdentityNumber(digits)) return 'idcard';
  if (isCardNumber(digits)) return 'card';
  return isMobileNumber(digits) ? 'phone' : undefined;
}

/** Several numbers may be said without a word between them: whole ones are taken out, what is left stays together. */
function partsOf(run: DigitRun): { run: DigitRun; kind: Proven | undefined }[] {
  // A telephone number with its extension: 020 7946 0000 x12.
  if (/^\d{7,15}X\d{1,6}$/.test(run.digits)) return [{ run, kind: 'phone' }];
  const whole = provenKind(run.digits);
  if (whole !== undefined || run.digits.length < 15) return [{ run, kind: whole }];
  const part = bestPart(run);
  if (part?.apart !== true) return [{ run, kind: part?.kind }];
  // A few digits beside a whole number are taken for a part of it.
  const from = digitCount(run.numbers.slice(0, part.from)) < 4 ? 0 : part.from;
  const to = digitCount(run.numbers.slice(part.to)) < 4 ? run.numbers.length : part.to;
  const outer = (numbers: readonly PlacedNumber[]) => (numbers.length === 0 ? [] : partsOf(runOf(run.voice, numbers)));
  return [
    ...outer(run.numbers.slice(0, from)),
    { run: runOf(run.voice, run.numbers.slice(from, to)), kind: part.kind },
    ...outer(run.numbers.slice(to)),
  ];
}

/** Expiry and CVV, sort code and account, asked for together and said in one breath: cut at a pause so that each suits its name. */
function answersIn(
  turns: readonly ReadTurn[],
  part: { run: DigitRun; kind: Proven | undefined },
  asks: readonly Ask[],
): { run: DigitRun; kind: Proven | undefined }[] {
  const { run } = part;
  if (part.kind !== undefined || run.numbers.length < 2) return [part];
  const labels = openAsk(asks, turns, run)?.labels ?? [];
  if (labels.length < 2 || labels.some((label) => fit(label.kind, run.digits, label.tail) >= 3)) return [part];
  for (let at = 1; at < run.numbers.length; at++) {
    if (edgeOf(run, at) === 0) continue;
    const [before, after] = [runOf(run.voice, run.numbers.slice(0, at)), runOf(run.voice, run.numbers.slice(at))];
    const suits = (one: DigitRun, without?: Label) =>
      labels.find((label) => label !== without && fit(label.kind, one.digits, label.tail) >= 3);
    const first = suits(before);
    if (first !== undefined && suits(after, first) !== undefined)
      return [before, after].map((one) => ({ run: one, kind: provenKind(one.digits) }));
  }
  return [part];
}

/** The stretch of a run that is a whole number by its check, best one that begins and ends where the speaker pauses. */
function bestPart(run: DigitRun): { from: number; to: number; kind: Proven; apart: boolean } | undefined {
  let best: { from: number; to: number; kind: Proven; apart: boolean; rank: number } | undefined;
  for (let from = 0; from < run.numbers.length; from++) {
    let digits = '';
    for (let to = from + 1; to <= run.numbers.length; to++) {
      digits += run.numbers[to - 1]!.item.digits;
      if (digits.length > 19) break;
      const kind = digits.length < 11 ? undefined : provenKind(digits);
      if (kind === undefined) continue;
      const edges = [edgeOf(run, from), edgeOf(run, to)] as const;
      const apart = edges.every((edge) => edge > 0);
      // Among many digits some eleven look like a mobile number by chance: it stands between pauses.
      if (kind === 'phone' && !apart) continue;
      const rank = (edges[0] + edges[1]) * 100 + digits.length;
      if (best === undefined || rank > best.rank) best = { from, to, kind, apart, rank };
    }
  }
  return best;
}

/** How well a number may begin or end before the run's number of that index: 2 at a turn's edge, 1 at a mark, a filler or a written space. */
function edgeOf(run: DigitRun, index: number): 0 | 1 | 2 {
  const [before, after] = [run.numbers[index - 1], run.numbers[index]];
  if (before === undefined || after === undefined || before.turn !== after.turn) return 2;
  const written = before.item.style === 'arabic' && before.item.digits.length > 1 && after.item.digits.length > 1;
  return written || /[^\s-]/u.test(before.turn.text.slice(before.item.end, after.item.start)) ? 1 : 0;
}

const digitCount = (numbers: readonly PlacedNumber[]): number => numbers.reduce((sum, { item }) => sum + item.digits.length, 0);

function classify(
  turns: readonly ReadTurn[],
  run: DigitRun,
  proven: Proven | undefined,
  asks: readonly Ask[],
): FoundNumber | undefined {
  const { digits } = run;
  const own = labelAfter(run) ?? labelBefore(turns, run);
  const ask = openAsk(asks, turns, run);
  const answer = (kind: SensitiveKind, confidence: number, label?: Label): FoundNumber => ({
    kind,
    run,
    confidence,
    whole: proven === kind || isWhole(kind, digits, label),
    ask: ask !== undefined && ask.labels.some((each) => each.kind === kind) ? ask : undefined,
  });
  if (proven === 'card' || proven === 'idcard') return answer(proven, 990);
  if (own !== undefined) {
    if (own.kind === 'reference') return undefined;
    if (own.kind === 'public') {
      if (digits.length <= 8 || isServiceNumber(digits)) return undefined;
    } else if (proven === undefined || own.kind === 'account') {
      if (fit(own.kind, digits, own.tail) > 0) return answer(own.kind, 930, own);
    }
  }
  if ((isServiceNumber(digits) || isTollFree(run)) && ask === undefined) return undefined;
  if (ask !== undefined) {
    const kept = ask.labels.every(({ kind }) => kind === 'public' || kind === 'reference');
    if (kept && (digits.length <= 8 || ask.labels.some(({ kind }) => kind === 'reference'))) return undefined;
    const unanswered = ask.labels.filter(({ kind }) => !ask.answers.some((each) => each.kind === kind));
    const best = bestLabel(unanswered.length > 0 ? unanswered : ask.labels, digits, proven);
    if (best !== undefined && best.kind !== 'public' && best.kind !== 'reference' && isAnswer(turns, ask, best, run))
      return answer(best.kind, 850, best);
  }
  if (proven === 'phone') return answer('phone', 960);
  const mentioned = labelOfOther(turns, run);
  if (
    mentioned !== undefined &&
    mentioned.kind !== 'public' &&
    mentioned.kind !== 'reference' &&
    fit(mentioned.kind, digits, mentioned.tail) >= 3
  )
    return answer(mentioned.kind, 800, mentioned);
  if (mentioned?.kind === 'reference') return undefined;
  return byShape(run, answer);
}

/** 1-800-555-0199, as it is written; without its groups it may be a mobile number. */
function isTollFree({ numbers, digits }: DigitRun): boolean {
  return (
    digits.length === 11 && numbers[0]!.item.digits === '1' && /^8(?:00|88|77|66|55|44|33)$/.test(numbers[1]?.item.digits ?? '')
  );
}

/** What digits are likely to be when nobody says: long ones are nobody's amount. */
function byShape(run: DigitRun, answer: (kind: SensitiveKind, confidence: number) => FoundNumber): FoundNumber | undefined {
  const { digits } = run;
  const bare = digits.replace('X', '');
  if (looksLikeIdentityNumber(digits)) return answer('idcard', 850);
  if (bare.length >= 13 && bare.length <= 19) return answer(/^[3-6]/.test(bare) ? 'card' : 'account', 700);
  if (bare.length >= 12) return answer('account', 600);
  const text = run.numbers.map(({ turn, item }) => turn.text.slice(item.start, item.end)).join(' ');
  const { turn } = run.numbers[0]!;
  const inEnglish = run.numbers.some(({ item }) => item.style === 'english') || !/\p{Script=Han}/u.test(turn.text);
  if (bare.length === 9 && /^\d{3} \d{2} \d{4}$/.test(text)) return answer('ssn', 800);
  if (inEnglish && bare.length >= 9) return answer('phone', 650);
  if (/^0[1-9]/.test(bare) && bare.length >= 10) return answer('phone', 700);
  return undefined;
}

/** Digits that suit what was asked for, or that damaged ones are: those come right after the question. */
function isAnswer(turns: readonly ReadTurn[], ask: Ask, label: Label, run: DigitRun): boolean {
  if (!isAnswerSized(run)) return false;
  return fit(label.kind, run.digits, label.tail) > 0 || isDirect(turns, ask, run);
}

/** In an answer two digits are enough, or one that stands alone between marks. */
function isAnswerSized({ digits, numbers }: DigitRun): boolean {
  if (digits.length >= 2) return digits.length >= 3 || numbers[0]!.item.style !== 'han' || standsAlone(numbers[0]!);
  return standsAlone(numbers[0]!) && numbers[0]!.item.style !== 'english';
}

function standsAlone({ turn, item }: PlacedNumber): boolean {
  const sides = [turn.text[item.start - 1], turn.text[item.end]];
  return sides.every((character) => character === undefined || !/[\p{L}\p{N}]/u.test(character));
}

function bestLabel(labels: readonly Label[], digits: string, proven: Proven | undefined): Label | undefined {
  let best: Label | undefined;
  let most = -1;
  for (const label of labels) {
    const fits = label.kind === proven ? 4 : proven !== undefined ? 0 : fit(label.kind, digits, label.tail);
    if (fits > most) {
      best = label;
      most = fits;
    }
  }
  return proven !== undefined && most === 0 ? undefined : best;
}

/** How well digits suit a kind: 0 not at all, 3 as they should be. */
export function fit(kind: Label['kind'], digits: string, tail: number | undefined): number {
  const { length } = digits;
  if (tail !== undefined && length === tail) return 3;
  switch (kind) {
    case 'card':
      return length >= 12 ? 3 : length >= 4 ? 1 : 0;
    case 'cvv':
      return length === 3 ? 3 : length === 4 ? 2 : 0;
    case 'expiry':
      return isCardExpiry(digits) ? 3 : 0;
    case 'idcard':
      return length === 18 || digits.endsWith('X') || isOldIdentityNumber(digits) ? 3 : length >= 12 ? 2 : length >= 4 ? 1 : 0;
    case 'phone':
      return isMobileNumber(digits) || (length >= 9 && length <= 15) ? 3 : length >= 7 ? 2 : 0;
    case 'pin':
    case 'code':
      return length === 4 || length === 6 ? 2 : length >= 3 && length <= 12 ? 1 : 0;
    case 'dob':
      return length === 8 || length === 6 ? 3 : length === 4 ? 1 : 0;
    case 'ssn':
      return length === 9 ? 3 : length >= 4 ? 1 : 0;
    case 'account':
      return length >= 8 ? 2 : length >= 4 ? 1 : 0;
    case 'passport':
    case 'licence':
      return length >= 5 && length <= 12 ? 2 : length === 4 ? 1 : 0;
    case 'public':
    case 'reference':
      return length >= 1 && length <= 8 ? 1 : 0;
  }
}

/** Nothing of it can be missing. */
function isWhole(kind: SensitiveKind, digits: string, label: Label | undefined): boolean {
  if (label?.tail !== undefined) return digits.length === label.tail;
  switch (kind) {
    case 'card':
      return isCardNumber(digits);
    case 'idcard':
      return isIdentityNumber(digits);
    case 'phone':
      return isMobileNumber(digits) || digits.length >= 10;
    case 'cvv':
      return digits.length === 3;
    case 'expiry':
      return isCardExpiry(digits) && digits.length >= 4;
    case 'pin':
    case 'code':
      return digits.length === 6 || digits.length === 4;
    case 'ssn':
      return digits.length === 9;
    default:
      return digits.length >= 8;
  }
}

/** The label that stands before a run, in its turn or at the very end of the voice's turn before. */
function labelBefore(turns: readonly ReadTurn[], run: DigitRun): Label | undefined {
  const { turn, item, itemIndex } = run.numbers[0]!;
  const label = turn.labels.findLast(({ end }) => end <= item.start);
  if (label !== undefined) return reaches(turn, label, item.start, itemIndex) ? label : undefined;
  for (let index = 0; index < itemIndex; index++) if (turn.items[index]!.type !== 'gap') return undefined;
  const before = turns.slice(0, turn.index).findLast((each) => each.voice === turn.voice);
  const last = before?.labels.at(-1);
  if (before === undefined || last === undefined || turn.turn.startMs - before.turn.endMs > 10_000) return undefined;
  return before.text.length - last.end <= 6 && !/[\p{L}\p{N}]{3}/u.test(before.text.slice(last.end)) ? last : undefined;
}

/** A label speaks of the first number after it, within reach of a sentence. */
function reaches(turn: ReadTurn, label: Label, start: number, itemIndex: number): boolean {
  if (start - label.end > 44) return false;
  const between = turn.text.slice(label.end, start);
  const limit = /\p{Script=Han}/u.test(between) || label.kind === 'public' ? 24 : 44;
  if (between.length > limit || /[。！!？?；;]\s*\S{6}/u.test(between)) return false;
  for (let index = itemIndex - 1; index >= 0; index--) {
    const item = turn.items[index]!;
    if (item.start < label.end) break;
    if (item.type === 'number' && item.digits.length >= 2) return false;
  }
  return true;
}

/** 七三七是我的安全码; "4821 is my PIN": the label follows. */
function labelAfter(run: DigitRun): Label | undefined {
  const { turn, item } = run.numbers.at(-1)!;
  const label = turn.labels.find(({ start }) => start >= item.end);
  if (label === undefined || label.start - item.end > 24) return undefined;
  const between = turn.text.slice(item.end, label.start);
  return /^[，,\s]*(?:这|就|那)*(?:是|为|当)(?:我|您|你|他|她)?(?:的)?[^，,。]{0,4}$|^[,\s]*(?:is|was|are|that's|that is|as)\s+(?:my|the|your|his|her|our)\s+(?:\w+\s)?$/iu.test(
    between,
  )
    ? label
    : undefined;
}

/** What the other voice spoke of right before a run that is all its turn says. */
function labelOfOther(turns: readonly ReadTurn[], run: DigitRun): Label | undefined {
  const { turn } = run.numbers[0]!;
  const others = turns.slice(0, turn.index).filter((each) => each.voice !== turn.voice);
  const before = others.findLast((each) => !isLight(each) || each.labels.length > 0);
  if (before === undefined || turn.turn.startMs - before.turn.endMs > 15_000) return undefined;
  return before.labels.at(-1);
}
