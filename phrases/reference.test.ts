import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomCalls as transcripts, randomLists as lists, randomPhrases as phrases } from '../test/phrases/random-calls.ts';
import { randomTrees } from '../test/phrases/random-tree.ts';
import { referenceMatch } from '../test/phrases/reference-matcher.ts';
import { admits, callTerms, candidateQuery, compileRules, formatExpression, type Hit, prepareTranscript } from './index.ts';

const scale = Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1);
/** Given, the same pairs again; a large run prints its own. */
const seed = Number(process.env['PLUMBLINE_TEST_SEED'] ?? Date.now() % 2 ** 31);
const pairs = Math.ceil(1500 * scale);

const trees = randomTrees(fc.constantFrom(...phrases), Object.keys(lists));

test('the matcher finds what the slow, obvious one finds', () => {
  fc.assert(
    fc.property(trees, transcripts, (tree, transcript) => {
      const prepared = prepareTranscript(transcript);
      const [result] = compileRules([{ id: 'rule', expression: tree }], { lists }).match(prepared);
      const expected = referenceMatch(tree, lists, prepared);
      const value = result?.onlyUnintelligible === true ? 'no' : result?.value;
      const where = formatExpression(tree);
      expect({ where, value, sure: placesOf(result?.hits), possible: placesOf(result?.possible) }).toEqual({
        where,
        value: expected.value,
        sure: placesAmong(expected.sure),
        possible: placesAmong(expected.possible),
      });
    }),
    { numRuns: pairs, seed },
  );
  if (scale > 1) console.log(`the matcher equals the slow one on ${pairs} pairs, seed ${seed}`);
}, 3_600_000);

/** Where hits lie and how they are meant, in a comparable order. */
function placesOf(hits: readonly Hit[] = []): readonly string[] {
  return hits.map(({ startMs, endMs, setting }) => `${startMs}-${endMs} ${setting}`).toSorted();
}

function placesAmong(lines: readonly string[]): readonly string[] {
  const distinct = new Map(lines.map((line) => [spansOnly(line), line]));
  return [...distinct.values()].map((line) => line.replace(/ .* /u, ' ')).toSorted();
}

/** Equal words are shown once, whatever entry found them. */
function spansOnly(text: string): string {
  return text.replace(/ \d+ \w+$/u, '');
}

test('a rule says the same alone and among a thousand others', () => {
  fc.assert(
    fc.property(fc.array(trees, { minLength: 2, maxLength: 12 }), transcripts, (many, transcript) => {
      const prepared = prepareTranscript(transcript);
      const together = compileRules(
        many.map((expression, index) => ({ id: String(index), expression })),
        { lists },
      ).match(prepared);
      const heard = compileRules(
        many.map((expression, index) => ({ id: String(index), expression })),
        { lists },
      )
        .listen(prepared)
        .heard();
      expect(heard).toEqual(together.filter(({ value, nearMisses }) => value !== 'no' || nearMisses.length > 0));
      many.forEach((expression, index) => {
        const [alone] = compileRules([{ id: String(index), expression }], { lists }).match(prepareTranscript(transcript));
        expect(together[index]).toEqual(alone);
      });
    }),
    { numRuns: Math.ceil(100 * scale) },
  );
});

test('every call in which something is found is a candidate, and a certain answer needs no verification', () => {
  fc.assert(
    fc.property(trees, transcripts, (tree, transcript) => {
      const prepared = prepareTranscript(transcript);
      const [result] = compileRules([{ id: 'rule', expression: tree }], { lists }).match(prepared);
      const { query, certain } = candidateQuery(tree, lists);
      const admitted = admits(query, callTerms(prepared));
      const found = result?.value !== 'no' && result?.onlyUnintelligible === false;
      expect({ where: formatExpression(tree), missed: found && !admitted }).toMatchObject({ missed: false });
      if (certain) expect({ where: formatExpression(tree), admitted }).toMatchObject({ admitted: found });
    }),
    { numRuns: Math.ceil(800 * scale) },
  );
});
