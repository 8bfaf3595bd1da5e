import { answer, api, ApiError, type Schemas } from '../../api/client.ts';
import type { SearchResult } from './result-rows.ts';
import type { SearchFilters, Sort } from './search-state.ts';
import type { Peaks } from './waveform.ts';

export interface Question {
  readonly expression: string;
  readonly filters: SearchFilters;
  readonly sort: Sort;
}

export function askSearch(
  question: Question & { readonly limit: number; readonly after?: string | undefined },
  signal?: AbortSignal,
): Promise<SearchResult> {
  const { after, ...rest } = question;
  return answer(api.POST('/api/v1/search', { body: { ...rest, ...(after === undefined ? {} : { after }) }, signal }));
}

export function askFacets(expression: string, filters: SearchFilters, signal?: AbortSignal): Promise<Schemas['SearchFacets']> {
  return answer(api.POST('/api/v1/search/facets', { body: { expression, filters }, signal }));
}

export function askCounts(id: string, signal?: AbortSignal): Promise<Schemas['SearchCount']> {
  return answer(api.GET('/api/v1/search/counts/{id}', { params: { path: { id } }, signal }));
}

export function askPhraseCheck(expression: string, signal?: AbortSignal): Promise<Schemas['PhraseCheck']> {
  return answer(api.POST('/api/v1/phrases/check', { body: { expression }, signal }));
}

export function askCompletion(
  expression: string,
  cursor: number,
  language: 'zh' | 'en',
  signal?: AbortSignal,
): Promise<Schemas['Completion']> {
  return answer(api.POST('/api/v1/phrases/complete', { body: { expression, cursor, language }, signal }));
}

export function askLists(signal?: AbortSignal): Promise<Schemas['PhraseLists']> {
  return answer(api.GET('/api/v1/lists', { signal }));
}

/** The per cent that passes by the current version of a rubric; null where nothing does. */
export async function askPass(rubricId: string, signal?: AbortSignal): Promise<number | null> {
  const path = { rubricId, version: 'current' };
  const { rubric } = await answer(api.GET('/api/v1/rubrics/{rubricId}/versions/{version}', { params: { path }, signal }));
  return rubric.pass;
}

export const audioOf = (callId: string): string => `/api/v1/calls/${callId}/audio`;

export async function askPeaks(callId: string, signal?: AbortSignal): Promise<Peaks> {
  const response = await fetch(`/api/v1/calls/${callId}/peaks`, { credentials: 'same-origin', signal: signal ?? null });
  if (!response.ok) throw new ApiError(response.status, {});
  return (await response.json()) as Peaks;
}

/** All that a search finds, or these calls of it alone, as one file. */
export async function askExport(
  { expression, filters, sort }: Question,
  format: 'csv' | 'jsonl',
  callIds: readonly string[],
): Promise<Blob> {
  const body = { expression, filters, sort, format, ...(callIds.length === 0 ? {} : { callIds: [...callIds] }) };
  const blob = await answer(api.POST('/api/v1/search/export', { body, parseAs: 'blob' }));
  return blob as unknown as Blob;
}
