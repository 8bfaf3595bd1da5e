import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type MadeTurn, call } from '../test/phrases/call.ts';
import { randomTrees } from '../test/phrases/random-tree.ts';
import { referenceMatch } from '../test/phrases/reference-matcher.ts';
import {
  admits,
  callTerms,
  candidateQuery,
  compileRules,
  formatExpression,
  type Hit,
  prepareTranscript,
  type SpokenTranscript,
} from './index.ts';

const scale = Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1);
/** Given, the same pairs again; a large run prints its own. */
const seed = Number(process.env['PLUMBLINE_TEST_SEED'] ?? Date.now() % 2 ** 31);
const pairs = Math.ceil(1500 * scale);

const lists = {
  mixed: ['您好', '~保证收益', '#percent', '@greet', '"不保证"'],
  greet: ['你好', '好的', 'good morning'],
};
/** Few words, so that they meet: with sounds alike, negators, numbers, fillers and both languages. */
const bits = [
  '保证',
  '保正',
  '收益',
  '收一',
  '不',
  '部',
  '没有',
  '您好',
  '你好',
  '好的',
  '嗯',
  '，',
  '。',
  '？',
  '吗',
  '如果',
  '他说',
  '但',
  '百分之五',
  '5%',
  '十五',
  '四天',
  '十天',
  '工号8027',
  '八零二七',
  'good',
  'morning',
  ' we ',
  'guarantee',
  "don't",
  ' not ',
  ' returns ',
  '别信',
  '不保证',
  '是不是',
  '稳赚不赔',
  '稳转不陪',
  '⟦card⟧',
  ' um ',
];
const phrases = [
  '保证',
  '保证收益',
  '不保证',
  '您好',
  '你好',
  '收益',
  '工号8027',
  '5%',
  '四天',
  'good morning',
  'guarantee returns',
  '嗯',
  '稳赚不赔',
  '不',
  'do not guarantee',
  '不保证收益',
  '部',
];

const turnText = fc.array(fc.constantFrom(...bits), { maxLength: 9 }).map((chosen) => chosen.join(''));

const turns: fc.Arbitrary<readonly MadeTurn[]> = fc
  .array(
    fc.record({
      speaker: fc.constantFrom(
        'agent' as const,
        'agent' as const,
        'customer' as const,
        'customer' as const,
        'unknown' as const,
        'system' as const,
      ),
      text: turnText,
      gap: fc.integer({ min: -8, max: 30 }),
      length: fc.integer({ min: 2, max: 50 }),
      confidence: fc.constantFrom(1, 1, 1, 0.5),
      wordConfidence: fc.option(fc.constantFrom(0.2, 0.45, 0.9), { nil: undefined, freq: 4 }),
    }),
    { maxLength: 6 },
  )
  .map((drafts) => {
    let at = 0;
    return drafts.map(({ speaker, text, gap, length, confidence, wordConfidence }): MadeTurn => {
      const from = Math.max(0, at + gap);
      at = from + length;
      const words =
        wordConfidence === undefined
          ? undefined
          : [...text].map((character, index) => ({
              text: character,
              startMs: from * 100 + index * 20,
              endMs: from * 100 + index * 20 + 20,
              confidence: wordConfidence,
            }));
      return { speaker, text, at: [from / 10, at / 10], confidence, ...(words === undefined ? {} : { words }) };
    });
  });

const sounds = fc.array(
  fc.record({ kind: fc.constantFrom('music', 'beep'), startMs: fc.integer({ min: 0, max: 9000 }) }).map((sound) => ({
    ...sound,
    endMs: sound.startMs + 700,
  })),
  { maxLength: 2 },
);

const transcripts: fc.Arbitrary<SpokenTranscript> = fc
  .tuple(turns, sounds)
  .map(([made, played]) => call(made, { sounds: played }));
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
