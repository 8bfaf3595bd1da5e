import type { Answers, KeptAnswer } from '../../api/index.ts';

/** Kept answers in memory; passes the same contract suite as the database. */
export function memoryAnswers(): Answers {
  const known = new Map<string, { readonly requestHash: string; answer: KeptAnswer | undefined }>();
  return {
    begin: async (key, requestHash) => {
      const there = known.get(key);
      if (there === undefined) {
        known.set(key, { requestHash, answer: undefined });
        return 'begun';
      }
      if (there.requestHash !== requestHash) return 'other';
      return there.answer ?? 'running';
    },
    end: async (key, answer) => {
      const there = known.get(key);
      if (there !== undefined) there.answer ??= structuredClone(answer);
    },
    abandon: async (key) => {
      if (known.get(key)?.answer === undefined) known.delete(key);
    },
  };
}
