import type { FoundNumber } from './find-numbers.ts';
import { type DigitRun, type PlacedNumber, runOf } from './digit-runs.ts';
import type { NumberItem } from './number-items.ts';

/** A short number (a code, three digits of a card) said again this long after is hidden; a long one always. */
const shortMemoryMs = 60_000;

/**
 * A number once found is hidden wherever it, a part of at least four digits, or a version that a recogniser damaged is said
 * again, by anyone, before or after.
 */
export function findAgain(found: readonly FoundNumber[], runs: readonly DigitRun[]): FoundNumber[] {
  const hidden = new Set(found.flatMap(({ run }) => run.numbers.map(({ item }) => item)));
  const again: FoundNumber[] = [];
  for (const part of runs.flatMap((run) => openParts(run, hidden))) {
    if (part.digits.length < 3) continue;
    const known = found.find((each) => isSameOrPart(each, part) || isFalseStart(each, part));
    if (known === undefined) continue;
    again.push({ kind: known.kind, run: part, confidence: 900, whole: known.run.digits === part.digits, ask: undefined });
  }
  return again;
}

/** What of a run is not hidden yet. */
function openParts(run: DigitRun, hidden: ReadonlySet<NumberItem>): DigitRun[] {
  const parts: PlacedNumber[][] = [[]];
  for (const number of run.numbers) {
    if (hidden.has(number.item)) parts.push([]);
    else parts.at(-1)!.push(number);
  }
  return parts.filter((numbers) => numbers.length > 0).map((numbers) => runOf(run.voice, numbers));
}

/** The beginning of a long number that its speaker broke off and began again. */
function isFalseStart({ run: known }: FoundNumber, run: DigitRun): boolean {
  return (
    known.voice === run.voice &&
    known.digits.length >= 12 &&
    known.digits.slice(0, 2) === run.digits.slice(0, 2) &&
    run.digits.length < known.digits.length &&
    known.startMs >= run.endMs &&
    known.startMs - run.endMs <= falseStartMs
  );
}

const falseStartMs = 8000;

/** What was only guessed by its shape is what it is a part or a damaged version of. */
export function namedAsKnown(found: readonly FoundNumber[]): FoundNumber[] {
  return found.map((number) => {
    if (number.confidence >= sureOfKind) return number;
    const known = found.find((each) => each.confidence >= sureOfKind && isSameOrPart(each, number.run));
    return known === undefined ? number : { ...number, kind: known.kind };
  });
}

/** 1/1000; by check digit or by name. */
const sureOfKind = 900;

function isSameOrPart({ run: known }: FoundNumber, run: DigitRun): boolean {
  const [secret, said] = [known.digits, run.digits];
  if (secret.length < 8) return said === secret && Math.abs(run.startMs - known.startMs) <= shortMemoryMs;
  if (said.length >= 4 && (secret.includes(said) || said.includes(secret))) return true;
  return said.length >= 8 && Math.abs(said.length - secret.length) <= 3 && distance(said, secret) <= 3;
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}
