import { phrasesVersion } from '../phrases/index.ts';

/** Part of every recipe of a call document: raised with every change of what a document holds. */
export const searchVersion = `1 (phrases ${phrasesVersion})`;
