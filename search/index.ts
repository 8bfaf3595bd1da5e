export { BackgroundCounts, type Counted } from './background-counts.ts';
export { callDocument, type DocumentInput } from './call-document.ts';
export { compileSearch, type SearchRequest } from './compile-search.ts';
export { exportCalls, type SearchExport } from './export-calls.ts';
export * from './filters.ts';
export { type CallHits, findInCall } from './find-in-call.ts';
export { type SentenceHit, sentenceHits } from './hit-sentence.ts';
export * from './ports.ts';
export {
  type FoundCall,
  searchCalls,
  type SearchCounts,
  type SearchCursor,
  type SearchDeps,
  type SearchPage,
  type SearchResult,
  searchSorts,
  type SearchSort,
} from './search-calls.ts';
export { needsRebuild, rebuildIndex, type RebuildDeps } from './rebuild-index.ts';
export { searchFacets, type SearchFacets } from './search-facets.ts';
export { holds, indexTerms, type TermQuery, termQuery } from './terms.ts';
export { byCount, criteriaOfEntries, verdictBeginning, verdictEntry, verdictOfEntry } from './verdict-entries.ts';
export { searchVersion } from './version.ts';
