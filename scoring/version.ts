import { phrasesVersion } from '../phrases/index.ts';

/**
 * Changes whenever the same rubric and the same transcript could give another scorecard. It is part of the recipe of every
 * scorecard, so that a new version is a new result and never a changed one.
 */
export const scoringVersion = `0.1.0 (phrases ${phrasesVersion})`;
