export { encryptedRawStore } from './encrypted-raw-store.ts';
export { seal, unseal } from './sealed-chunks.ts';
