export { openFileStore } from './object-files.ts';
export { readOrMakeKeyFile, readOrMakeKeys, type InstallationKeys } from './master-key.ts';
export { openScratch } from './scratch.ts';
