import fc from 'fast-check';
import { expect, test } from 'vitest';
import { referenceMatch } from '../test/phrases/reference-matcher.ts';
import { admits, callTerms, candidateQuery, compileRules, prepareTranscript, type Tree } from './index.ts';

const scale = Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1);

/** Syllables alike and unlike, particles that weigh little, an English word, a filler; and English words alike and unlike. */
const sounds = {
  zh: [...'保报证正本奔金今收手益意风险的了吗产品五', ' risk ', ' um '],
  en: 'guarantee guaranteed warranty return returns turn principal principle risk wrist the a of fee free fifty fifteen um account amount not'
    .split(' ')
    .map((word) => ` ${word} `),
} as const;
const empty = /^(?:[的了吗\s]|\b(?:um|the|a|of)\b)*$/u;

/** A text in which the phrase stands, with some of it lost, changed or put in. */
const spoken = (language: keyof typeof sounds) => {
  const text = (least: number, most: number): fc.Arbitrary<string> =>
    fc.array(fc.constantFrom(...sounds[language]), { minLength: least, maxLength: most }).map((chosen) => chosen.join(''));
  return text(2, language === 'zh' ? 14 : 7).chain((phrase) =>
    fc.record({
      phrase: fc.constant(phrase),
      before: text(0, 12),
      after: text(0, 12),
      edits: fc.array(
        fc.tuple(
          fc.nat(),
          fc.constantFrom('drop' as const, 'change' as const, 'add' as const),
          fc.constantFrom(...sounds[language]),
        ),
        { maxLength: 5 },
      ),
      floor: fc.option(fc.integer({ min: 50, max: 99 }), { nil: undefined }),
      confidence: fc.constantFrom(undefined, undefined, 1, 0.7, 0.1),
    }),
  );
};

function edited(phrase: string, edits: readonly (readonly [number, 'drop' | 'change' | 'add', string])[]): string {
  const letters = phrase.match(/[a-z]+ ?|./gu) ?? [];
  for (const [at, how, sound] of edits) {
    const place = letters.length === 0 ? 0 : at % letters.length;
    if (how === 'drop') letters.splice(place, 1);
    else letters.splice(place, how === 'change' ? 1 : 0, sound);
  }
  return letters.join('');
}

test.each(['zh', 'en'] as const)('the filter and the index lose nothing that every alignment would find: %s', (language) => {
  fc.assert(
    fc.property(spoken(language), ({ phrase, before, after, edits, floor, confidence }) => {
      fc.pre(!empty.test(phrase));
      const said = `${before}${edited(phrase, edits)}${after}`;
      const words =
        confidence === undefined
          ? undefined
          : [...said].map((character, at) => ({
              text: character,
              startMs: at * 100,
              endMs: at * 100 + 100,
              confidence: at % 3 === 0 ? confidence : 0.95,
            }));
      const prepared = prepareTranscript({
        language,
        durationMs: 20_000,
        turns: [{ id: 't1', speaker: 'agent', startMs: 0, endMs: 15_000, text: said, words }],
      });
      const tree: Tree = { kind: 'phrase', text: phrase, tolerant: floor === undefined ? {} : { floor: floor / 100 } };
      const [result] = compileRules([{ id: 'rule', expression: tree }]).match(prepared);
      const expected = referenceMatch(tree, {}, prepared);
      if (result?.value !== 'no' && result?.onlyUnintelligible !== true)
        expect(admits(candidateQuery(tree).query, callTerms(prepared))).toBe(true);
      expect({
        phrase,
        said,
        sure: result?.hits.map((hit) => hit.score).toSorted(),
        possible: result?.possible.map((hit) => hit.score).toSorted(),
      }).toEqual({
        phrase,
        said,
        sure: expected.sure.map(scoreOf).toSorted(),
        possible: expected.possible.map(scoreOf).toSorted(),
      });
    }),
    { numRuns: Math.ceil((language === 'zh' ? 1200 : 500) * scale) },
  );
});

function scoreOf(line: string): number {
  return Number(/ (\d+) \w+$/u.exec(line)?.[1]);
}
