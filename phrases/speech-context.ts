import {
  affirmation,
  type Answer,
  isQuestion,
  isRejecting,
  isReported,
  isSupposed,
  negatorsIn,
  spokenClauses,
} from '../language/index.ts';
import type { Setting } from './found.ts';
import type { Run } from './prepared.ts';

/** What of a run decides how its words are meant. */
type RunWords = Pick<Run, 'words' | 'turns' | 'startMs' | 'endMs'>;

/** A pause that ends a clause. */
const clausePauseMs = 600;

/** How far back a negator is looked for, in parts of the limit: 12 characters or 8 words; near is 8 characters or 5 words. */
const reach = { limit: 120, han: 10, word: 15, nearHan: 15, nearWord: 24 } as const;

/** What is around a hit. */
export interface Around {
  readonly setting: Setting;
  /** A negator of the clause, too far back to be sure. */
  readonly negatorFar: boolean;
  /** The next clause rejects it, and nothing else says that it is not meant. */
  readonly rejected: boolean;
}

/** The clauses of a run and the negators in it, by word. */
export class SpeechContext {
  readonly #run: RunWords;
  /** For each word: its clause. */
  readonly #clauseOf: Int32Array;
  /** For each word: the negator it belongs to, -1 for none. */
  readonly #negatorOf: Int32Array;
  readonly #clauses: readonly ClauseContext[];
  readonly #answers: readonly Answer[] | undefined;
  #clauseSpans: readonly ClauseSpan[] | undefined;

  constructor(run: RunWords, { clauseOf, negatorOf, clauses: contexts, answers }: ContextParts = contextParts(run)) {
    this.#run = run;
    this.#clauseOf = clauseOf;
    this.#negatorOf = negatorOf;
    this.#clauses = contexts;
    this.#answers = answers;
  }

  /** What it is made of, to be kept. */
  parts(): Required<ContextParts> {
    const answers: Answer[] = this.#clauses.map(() => 'none');
    for (const { from, answer } of this.clauseSpans()) answers[this.#clauseOf[from] ?? 0] = answer;
    return { clauseOf: this.#clauseOf, negatorOf: this.#negatorOf, clauses: this.#clauses, answers };
  }

  /** The negator that a word belongs to, -1 for none. */
  negatorAt(position: number): number {
    return this.#negatorOf[position] ?? -1;
  }

  /** The clauses with their words, `from` to `to` included, and what they say; read when they are first asked for. */
  clauseSpans(): readonly ClauseSpan[] {
    return (this.#clauseSpans ??= this.#answers === undefined ? this.#readClauseSpans() : this.#keptClauseSpans(this.#answers));
  }

  #keptClauseSpans(answers: readonly Answer[]): readonly ClauseSpan[] {
    const out: ClauseSpan[] = [];
    let from = 0;
    for (let at = 1; at <= this.#clauseOf.length; at += 1) {
      const clause = this.#clauseOf[from] ?? 0;
      if (at < this.#clauseOf.length && this.#clauseOf[at] === clause) continue;
      const answer = answers[clause];
      if (answer !== undefined) out.push({ from, to: at - 1, answer, question: this.#clauses[clause]?.asked === true });
      from = at;
    }
    return out;
  }

  #readClauseSpans(): readonly ClauseSpan[] {
    const out: ClauseSpan[] = [];
    const { text, starts } = runText(this.#run);
    const { spans } = clausesOf(this.#run, text, starts);
    let from = 0;
    for (let at = 1; at <= this.#clauseOf.length; at += 1) {
      const clause = this.#clauseOf[from] ?? 0;
      if (at < this.#clauseOf.length && this.#clauseOf[at] === clause) continue;
      const span = spans[clause];
      if (span !== undefined) out.push(new ReadClause(from, at - 1, withMark(text, span)));
      from = at;
    }
    return out;
  }

  /**
   * How words `from` to `to` are said. `owned`: negators in the span that the phrase has itself; every other one in it, or close
   * before it in its clause, denies it.
   */
  around(from: number, to: number, owns: (position: number) => boolean): Around {
    const clause = this.#clauseOf[from] ?? 0;
    const negator = this.#negatorBefore(from, clause);
    const inside = this.#negatorInside(from, to, owns);
    const here = this.#clauses[clause];
    const last = this.#clauseOf[to] ?? clause;
    const rejectedNext = this.#clauses[last + 1]?.rejecting === true;
    if (negator === 'near' || inside) return { setting: 'denied', negatorFar: false, rejected: false };
    const hedged = here?.supposed === true || here?.reported === true;
    if (hedged && rejectedNext) return { setting: 'denied', negatorFar: false, rejected: false };
    const asked = here?.asked === true || this.#clauses[last]?.asked === true;
    const setting = here?.supposed === true ? 'supposed' : here?.reported === true ? 'reported' : asked ? 'asked' : 'plain';
    return { setting, negatorFar: negator === 'far', rejected: rejectedNext };
  }

  #negatorInside(from: number, to: number, owns: (position: number) => boolean): boolean {
    for (let at = from; at <= to; at += 1) if ((this.#negatorOf[at] ?? -1) >= 0 && !owns(at)) return true;
    return false;
  }

  #negatorBefore(from: number, clause: number): 'near' | 'far' | undefined {
    const own = this.#negatorOf[from] ?? -1;
    let used = 0;
    let near = 0;
    for (let at = from - 1; at >= 0 && this.#clauseOf[at] === clause; at -= 1) {
      const word = this.#run.words[at];
      if (word === undefined || word.filler) continue;
      const han = word.kind === 'han';
      used += han ? reach.han : reach.word;
      near += han ? reach.nearHan : reach.nearWord;
      if (used > reach.limit) return undefined;
      const negator = this.#negatorOf[at] ?? -1;
      if (negator < 0) continue;
      // The rest of a word that reaches into the span (没|有风险) denies it as well.
      return near <= reach.limit || negator === own ? 'near' : 'far';
    }
    return undefined;
  }
}

/** A clause with its words, `from` to `to` included. */
export interface ClauseSpan {
  readonly from: number;
  readonly to: number;
  readonly answer: Answer;
  readonly question: boolean;
}

/** What it says as an answer is found out once, when it is asked for. */
class ReadClause implements ClauseSpan {
  readonly from: number;
  readonly to: number;
  readonly #text: string;
  #answer: Answer | undefined;
  #question: boolean | undefined;

  /** `text`: with the mark that ends it. */
  constructor(from: number, to: number, text: string) {
    this.from = from;
    this.to = to;
    this.#text = text;
  }

  get answer(): Answer {
    return (this.#answer ??= affirmation(this.#text));
  }

  get question(): boolean {
    return (this.#question ??= isQuestion(this.#text));
  }
}

/** For each word its clause and the negator it belongs to (-1 for none), and what is known of each clause. */
export interface ContextParts {
  readonly clauseOf: Int32Array;
  readonly negatorOf: Int32Array;
  readonly clauses: readonly ClauseContext[];
  /** What each clause says as an answer, where that was found out before. */
  readonly answers?: readonly Answer[] | undefined;
}

function contextParts(run: RunWords): ContextParts {
  const { text, starts, ends } = runText(run);
  const { clauseOf, spans } = clausesOf(run, text, starts);
  return {
    clauseOf,
    negatorOf: negatorsOf(text, starts, ends),
    clauses: spans.map((span) => contextOf(text, span.start, span.end)),
  };
}

export interface ClauseContext {
  readonly supposed: boolean;
  readonly reported: boolean;
  readonly asked: boolean;
  readonly rejecting: boolean;
}

function contextOf(text: string, start: number, end: number): ClauseContext {
  const clause = text.slice(start, end);
  const marked = withMark(text, { start, end });
  return {
    supposed: isSupposed(clause),
    reported: isReported(clause),
    asked: isQuestion(marked),
    rejecting: isRejecting(clause),
  };
}

/** A clause with the mark that ends it, where one does. */
function withMark(text: string, { start, end }: { readonly start: number; readonly end: number }): string {
  return text.slice(start, /[\p{P}\s]/u.test(text[end] ?? '') ? end + 1 : end);
}

/** The turns of a run as one text: a pause ends a clause, a mere turn end does not. */
function runText(run: RunWords): { readonly text: string; readonly starts: Int32Array; readonly ends: Int32Array } {
  const starts = new Int32Array(run.words.length);
  const ends = new Int32Array(run.words.length);
  let text = '';
  let endMs = 0;
  for (const turn of run.turns) {
    if (text !== '') text += turn.startMs - endMs > clausePauseMs ? '。' : ' ';
    for (let at = turn.from; at < turn.to; at += 1) {
      starts[at] = text.length + (run.words[at]?.start ?? 0);
      ends[at] = text.length + (run.words[at]?.end ?? 0);
    }
    text += turn.turn.text;
    endMs = turn.endMs;
  }
  return { text, starts, ends };
}

function clausesOf(
  run: RunWords,
  text: string,
  starts: Int32Array,
): { readonly clauseOf: Int32Array; readonly spans: readonly { readonly start: number; readonly end: number }[] } {
  const found = spokenClauses(text);
  const spans: { start: number; end: number }[] = [];
  const clauseOf = new Int32Array(run.words.length);
  let next = -1;
  let current: { start: number; end: number } | undefined;
  for (let at = 0; at < run.words.length; at += 1) {
    const start = starts[at] ?? 0;
    let opened = current === undefined;
    while (next + 1 < found.length && (found[next + 1]?.start ?? 0) <= start) {
      next += 1;
      opened = true;
    }
    const paused = at > 0 && (run.startMs[at] ?? 0) - (run.endMs[at - 1] ?? 0) > clausePauseMs;
    if (opened || paused || current === undefined) {
      if (paused && !opened && current !== undefined) current.end = Math.min(current.end, start);
      current = { start: opened ? Math.min(start, found[next]?.start ?? start) : start, end: found[next]?.end ?? text.length };
      spans.push(current);
    }
    clauseOf[at] = spans.length - 1;
  }
  return { clauseOf, spans };
}

function negatorsOf(text: string, starts: Int32Array, ends: Int32Array): Int32Array {
  const out = new Int32Array(starts.length).fill(-1);
  const negators = negatorsIn(text);
  let at = 0;
  negators.forEach((negator, index) => {
    while (at < starts.length && (ends[at] ?? 0) <= negator.start) at += 1;
    for (let word = at; word < starts.length && (starts[word] ?? 0) < negator.end; word += 1) out[word] = index;
  });
  return out;
}
