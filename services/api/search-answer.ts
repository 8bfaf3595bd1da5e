import type { z } from 'zod';
import { type BackgroundCounts, searchCalls, type SearchDeps, type SearchRequest as AskedSearch } from '../../search/index.ts';
import { readablePhrase } from './phrase-check.ts';
import type { facetsRequestSchema, searchRequestSchema, searchResultSchema } from './search-schemas.ts';
import { cursorText, filtersOf, readCursorText, resultView } from './search-view.ts';

export type SearchQuestion = z.output<typeof searchRequestSchema>;
export type SearchAnswer = z.input<typeof searchResultSchema>;

export interface SearchAnswering {
  readonly search: SearchDeps;
  /** Without it nobody goes on counting. */
  readonly searchCounts?: Pick<BackgroundCounts, 'goOn'>;
  readonly settings: { readonly zoneOffset: string };
}

/** A question as the room understands it. @throws ApiProblem 422 at the place of the expression that cannot be read */
export function askedOf(
  { expression, filters }: z.output<typeof facetsRequestSchema>,
  { zoneOffset }: SearchAnswering['settings'],
): AskedSearch {
  if (expression.trim() !== '') readablePhrase(expression);
  return { expression, filters: filtersOf(filters, zoneOffset) };
}

/** One page of a search, as the interface gives it. @throws ApiProblem 422 */
export async function answerSearch(deps: SearchAnswering, question: SearchQuestion): Promise<SearchAnswer> {
  const started = performance.now();
  const { sort, limit, after } = question;
  const asked = askedOf(question, deps.settings);
  const place = after === undefined ? undefined : readCursorText(sort, after);
  const result = await searchCalls(deps.search, { ...asked, sort, limit, after: place });
  return {
    ...resultView(result),
    next: result.next === undefined ? null : cursorText(sort, result.next),
    countId: deps.searchCounts?.goOn(asked, result) ?? null,
    tookMs: Math.round(performance.now() - started),
  };
}
