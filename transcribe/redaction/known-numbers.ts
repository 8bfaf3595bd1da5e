import type { FoundNumber } from './find-numbers.ts';
import type { DigitRun } from './digit-runs.ts';

/** A short number (a code, three digits of a card) said again this long after is hidden; a long one always. */
const shortMemoryMs = 60_000;

/**
 * A number once found is hidden wherever it, a part of at least four digits, or a version that a recogniser damaged is said
 * again, by anyone, before or after.
 */
export function findAgain(found: readonly FoundNumber[], runs: readonly DigitRun[]): FoundNumber[] {
  const hidden = new Set(found.flatMap(({ run }) => run.numbers.map(({ item }) => item)));
  const again: FoundNumber[] = [];
  for (const run of runs) {
    if (run.digits.length < 3 || run.numbers.some(({ item }) => hidden.has(item))) continue;
    const known = found.find((each) => isSameOrPart(each, run));
    if (known !== undefined)
      again.push({ kind: known.kind, run, confidence: 900, whole: known.run.digits === run.digits, ask: undefined });
  }
  return again;
}

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
