export { encryptedRawStore } from './encrypted-raw-store.ts';
export { seal, sealedSize, unseal, plainSize } from './sealed-chunks.ts';
