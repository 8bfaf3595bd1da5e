export { type CallMetadata, callMetadataSchema } from './call-metadata.ts';
