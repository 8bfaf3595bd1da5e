import { foldText } from './fold.ts';
import { answeredNo, unmarkedEnds } from './unmarked-clauses.ts';

/** A stretch of a text that stands for itself. Code units of the text as given, without the mark that ends it. */
export interface Clause {
  readonly start: number;
  readonly end: number;
  /** What ends it: a full stop, question mark or exclamation mark, a lighter mark, a conjunction, or the end of the text. */
  readonly endedBy: 'sentence' | 'mark' | 'word' | 'end';
  /** A question mark ends it. */
  readonly question: boolean;
}

// 不过期 and 不过户 are verbs; 不但 and 但凡 open no clause; `so far`, `not so` and numbers in words go on.
const conjunctions = [
  '但是|(?<![不非])但(?!凡|愿)|不过(?![期户关问敏滤境时年节分夜审])|而且|所以|因为|可是|然而',
  String.raw`\b(?:but|because|however)\b`,
  String.raw`(?<!\b(?:hundred|thousand|million|billion)\s)\band\b(?!\s+(?:a\s+half|a\s+quarter))`,
  String.raw`(?<!\b(?:not|is|are|was|were|very|do|does|did|think|hope|ever|or|and|even|why|if|say|said)\s)\bso\b(?!\s+(?:far|much|many|long|called|that|sorry|very|good|on|forth|little|bad|sure|kind)\b)`,
].join('|');
const breaks = new RegExp(String.raw`[。!?;…\n]|(?<!\d)[.,](?!\d)|[.,](?=\s|$|\D)|(${conjunctions})`, 'gu');

/**
 * The clauses of a text: cut at 。！？；，.!?;, and before 但 不过 而且 所以 因为 but and so because; 、 ends none, nor does the
 * comma or point within a number. Together they cover the text but for the marks between them; none is empty.
 */
export function clauses(given: string): Clause[] {
  return cut(given, () => []);
}

/**
 * The clauses of what a recogniser wrote, which may have no marks: cut as well where a clause cannot go on (`unmarked-clauses.ts`),
 * and after an English `no` that answers.
 */
export function spokenClauses(given: string): Clause[] {
  return cut(given, (text) => [
    ...unmarkedEnds(text),
    ...[...text.matchAll(answeredNo)].map((match) => match.index + match[0].length),
  ]);
}

function cut(given: string, unmarked: (text: string) => readonly number[]): Clause[] {
  const folded = foldText(given);
  const { text } = folded;
  const found: Clause[] = [];
  let from = 0;
  const close = (to: number, endedBy: Clause['endedBy'], question: boolean): void => {
    let [start, end] = [from, to];
    while (start < end && /\s/.test(text[start] ?? '')) start += 1;
    while (end > start && /\s/.test(text[end - 1] ?? '')) end -= 1;
    if (end > start) found.push({ start: folded.start(start), end: folded.end(end), endedBy, question });
  };
  const ends = unmarked(text);
  let next = 0;
  const closeUnmarked = (until: number): void => {
    for (; next < ends.length && (ends[next] ?? 0) <= until; next += 1) {
      const at = ends[next] ?? 0;
      if (at <= from + leadingMarks(text, from)) continue;
      close(at, 'word', false);
      from = at;
    }
  };
  for (const match of text.matchAll(breaks)) {
    const [mark, word] = match;
    const at = match.index;
    closeUnmarked(at - 1);
    if (word !== undefined && at <= from + leadingMarks(text, from)) continue;
    close(at, word === undefined ? (/[。!?.\n]/.test(mark) ? 'sentence' : 'mark') : 'word', mark === '?');
    from = word === undefined ? at + mark.length : at;
  }
  closeUnmarked(text.length - 1);
  close(text.length, 'end', false);
  return found;
}

/** How much of a clause's beginning says nothing. */
function leadingMarks(text: string, from: number): number {
  let length = 0;
  while (/[\s"“”'、]/.test(text[from + length] ?? '')) length += 1;
  return length;
}
