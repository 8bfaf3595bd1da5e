export { encryptedRawStore } from './encrypted-raw-store.ts';
export { seal, unseal } from './sealed-chunks.ts';
export { masterKeyWrapping } from './key-wrapping.ts';
