/** A stretch of a sentence, marked or not. */
export interface Stretch {
  readonly text: string;
  readonly marked: boolean;
}

/**
 * A sentence as stretches, in order and without loss. Marks are UTF-16 offsets; those that overlap or touch are one, and what
 * lies outside the sentence or cuts a character in two is widened or cut to fit.
 */
export function splitMarks(sentence: string, marks: readonly (readonly number[])[]): readonly Stretch[] {
  const stretches: Stretch[] = [];
  const add = (from: number, to: number, marked: boolean): void => {
    if (to > from) stretches.push({ text: sentence.slice(from, to), marked });
  };
  let at = 0;
  for (const [from, to] of joined(sentence, marks)) {
    add(at, from, false);
    add(from, to, true);
    at = to;
  }
  add(at, sentence.length, false);
  return stretches;
}

function joined(sentence: string, marks: readonly (readonly number[])[]): readonly [number, number][] {
  const sorted = marks
    .map(([from = 0, to = 0]): [number, number] => [
      wholeCharacter(sentence, Math.max(0, from), -1),
      wholeCharacter(sentence, Math.min(sentence.length, to), 1),
    ])
    .filter(([from, to]) => to > from)
    .sort(([a], [b]) => a - b);
  const out: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = out.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else out.push([from, to]);
  }
  return out;
}

function wholeCharacter(text: string, at: number, step: 1 | -1): number {
  const unit = text.charCodeAt(at);
  return at > 0 && unit >= 0xdc00 && unit <= 0xdfff ? at + step : at;
}
