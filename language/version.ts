import { negatorsVersion } from './negators.ts';
import hash from './tables/hash.json' with { type: 'json' };

/** SHA-256 of the frozen tables (pronunciations and rarities), in hexadecimal. */
export const tablesHash = hash.sha256;

/**
 * Part of every recipe that reads language: rules (raised with every change of what a function here returns), negators, tables.
 */
export const languageVersion = `1.1.0+negators.${negatorsVersion}.tables.${tablesHash.slice(0, 12)}`;
