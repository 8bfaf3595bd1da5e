import { callTerms, type CandidateQuery, type PreparedTranscript } from '../phrases/index.ts';

/** What a document must hold, over one kind of terms: what an index computes. It may admit too many calls, never too few. */
export type TermQuery =
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  | { readonly kind: 'term'; readonly term: string }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly TermQuery[] };

/** Sounds stand beside words in one field: they begin with this. */
const soundMark = '~';

/** Indexes refuse terms of thousands of letters: of a longer one only the beginning is kept, and asked for. */
const longestTerm = 200;
const cut = (term: string): string => term.slice(0, longestTerm);

const everything: TermQuery = { kind: 'all' };

/** The terms of a call, to be indexed; sorted, each once. */
export function indexTerms(prepared: PreparedTranscript): readonly string[] {
  const { words, sounds } = callTerms(prepared);
  return [...new Set([...words.map(cut), ...sounds.map((sound) => soundMark + sound)])].toSorted();
}

/** A candidate query over the terms that documents hold. */
export function termQuery(query: CandidateQuery): TermQuery {
  switch (query.kind) {
    case 'all':
      return everything;
    case 'word':
      return { kind: 'term', term: cut(query.term) };
    case 'and':
      return allOf(query.parts.map(termQuery));
    case 'or':
      return anyOf(query.parts.map(termQuery));
    case 'sounds':
      return leastOf(
        query.terms.map((term): TermQuery => ({ kind: 'term', term: soundMark + term })),
        query.least,
      );
  }
}

/**
 * At least so many of these, loosened to what an index answers fast: where at most k of m may be missing, of k + 1 groups that
 * share nothing one is whole. Two ways of grouping must both agree.
 */
function leastOf(terms: readonly TermQuery[], least: number): TermQuery {
  const groups = terms.length - least + 1;
  if (least <= 0) return everything;
  if (groups < 1) return { kind: 'none' };
  if (groups === 1) return allOf(terms);
  if (least === 1) return anyOf(terms);
  const dealt = Array.from({ length: groups }, (_, group) => allOf(terms.filter((_term, at) => at % groups === group)));
  const size = terms.length / groups;
  const cut = Array.from({ length: groups }, (_, group) =>
    allOf(terms.slice(Math.floor(group * size), Math.floor((group + 1) * size))),
  );
  return allOf([anyOf(dealt), anyOf(cut)]);
}

function allOf(parts: readonly TermQuery[]): TermQuery {
  if (parts.some(({ kind }) => kind === 'none')) return { kind: 'none' };
  const asking = parts.filter(({ kind }) => kind !== 'all');
  const [only] = asking;
  if (only === undefined) return everything;
  return asking.length === 1 ? only : { kind: 'and', parts: asking };
}

function anyOf(parts: readonly TermQuery[]): TermQuery {
  if (parts.some(({ kind }) => kind === 'all')) return everything;
  const possible = parts.filter(({ kind }) => kind !== 'none');
  const [only] = possible;
  if (only === undefined) return { kind: 'none' };
  return possible.length === 1 ? only : { kind: 'or', parts: possible };
}

/** Whether a term of a query may have been cut: then it admits more than was asked for. */
export function mayBeCut(query: TermQuery): boolean {
  if (query.kind === 'term') return query.term.length >= longestTerm;
  return 'parts' in query && query.parts.some(mayBeCut);
}

/** Whether a document with these terms is a candidate: the meaning of a query, for indexes that look at each document. */
export function holds(query: TermQuery, terms: ReadonlySet<string>): boolean {
  switch (query.kind) {
    case 'all':
      return true;
    case 'none':
      return false;
    case 'term':
      return terms.has(query.term);
    case 'and':
      return query.parts.every((part) => holds(part, terms));
    case 'or':
      return query.parts.some((part) => holds(part, terms));
  }
}
