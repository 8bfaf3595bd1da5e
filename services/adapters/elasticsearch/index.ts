export { type ElasticIndexOptions, ElasticSearchIndex } from './search-index.ts';
