/** What one expression may be; each has an error of its own. */
export const limits = {
  /** Code points as typed. */
  characters: 10_000,
  /** Brackets, `not`, `first` and `last` within each other. */
  depth: 64,
  /** Phrases, after lists are expanded. */
  phrases: 2_000,
} as const;
