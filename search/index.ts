export { callDocument, type DocumentInput } from './call-document.ts';
export * from './filters.ts';
export { packForm, unpackForm } from './form.ts';
export { type SentenceHit, sentenceHits } from './hit-sentence.ts';
export * from './ports.ts';
export {
  type FoundCall,
  searchCalls,
  type SearchCounts,
  type SearchCursor,
  type SearchDeps,
  type SearchPage,
  type SearchRequest,
  type SearchResult,
  searchSorts,
  type SearchSort,
} from './search-calls.ts';
export { searchFacets, type SearchFacets } from './search-facets.ts';
export { holds, indexTerms, type TermQuery, termQuery } from './terms.ts';
export { searchVersion } from './version.ts';
