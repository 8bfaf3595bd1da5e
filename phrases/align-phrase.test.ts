import { describe, expect, test } from 'vitest';
import { agent, call, customer, unknown } from '../test/phrases/call.ts';
import { alignPhrase, prepareTranscript } from './index.ts';

const step = '理财产品不是存款，存在投资风险';

describe('a phrase beside what was said', () => {
  test('word for word', () => {
    const [best] = alignPhrase(prepareTranscript(call([agent(`请注意，${step}。`)])), step);
    expect(best).toMatchObject({ score: 1000, turnId: 't1', speaker: 'agent', speakerSure: true, guard: undefined, text: step });
    expect(best?.words.every((word) => word.kind === 'same')).toBe(true);
  });

  test('what sounds the same, what was changed, left out and added', () => {
    const [best] = alignPhrase(prepareTranscript(call([agent('理财产品也不是存宽，存在头资风')])), step);
    const shown = best?.words.map(({ kind, should = '', said = '' }) => `${kind} ${should}/${said}`);
    expect(shown).toContain('added /也');
    expect(shown).toContain('sounds 投/头');
    expect(shown).toContain('left_out 险/');
    expect(best?.score).toBeGreaterThan(700);
    expect(best?.score).toBeLessThan(1000);
  });

  test('a changed negator or number is told, however like it sounds', () => {
    const [turned] = alignPhrase(prepareTranscript(call([agent('理财产品是存款，存在投资风险')])), step);
    expect(turned?.guard).toBe('negator_missing');
    const [other] = alignPhrase(prepareTranscript(call([agent('手续费一共百分之六')])), '手续费一共百分之五');
    expect(other?.guard).toBe('number_other');
  });

  test('the best place first, none overlapping, nothing under the least', () => {
    const prepared = prepareTranscript(call([agent('存在投资风险'), agent('好的'), customer('什么'), agent(step)]));
    const found = alignPhrase(prepared, step, { least: 300 });
    expect(found.map(({ turnId }) => turnId)).toEqual(['t4', 't1']);
    expect(alignPhrase(prepared, step).map(({ turnId }) => turnId)).toEqual(['t4']);
    expect(alignPhrase(prepared, step, { least: 300, most: 1 })).toHaveLength(1);
  });

  test('by a speaker, and in a stretch of time', () => {
    const prepared = prepareTranscript(call([agent(step, [0, 5]), customer(step, [10, 15]), unknown(step, [20, 25])]));
    const places = (options: Parameters<typeof alignPhrase>[2]): readonly string[] =>
      alignPhrase(prepared, step, options)
        .map(({ turnId }) => turnId)
        .toSorted();
    expect(places({ speaker: 'agent' })).toEqual(['t1', 't3']);
    expect(places({ speaker: 'anyone' })).toEqual(['t1', 't2', 't3']);
    expect(places({ from: 10_000 })).toEqual(['t2', 't3']);
    expect(places({ from: 10_000, to: 20_000 })).toEqual(['t2']);
    expect(alignPhrase(prepared, step, { from: 20_000 })[0]?.speakerSure).toBe(false);
  });

  test('particles weigh a quarter', () => {
    const prepared = prepareTranscript(call([agent('请问您清楚')]));
    expect(alignPhrase(prepared, '请问您清楚了吗')[0]?.score).toBe(909);
  });

  test('English', () => {
    const text = 'Wealth products are not deposits and carry investment risk';
    const prepared = prepareTranscript({
      ...call([agent('wealth products are deposits and they carry investment risk')]),
      language: 'en',
    });
    const [best] = alignPhrase(prepared, text);
    expect(best?.guard).toBe('negator_missing');
    expect(best?.words.filter(({ kind }) => kind !== 'same')).toMatchObject([
      { kind: 'left_out', should: 'not' },
      { kind: 'added', said: 'they' },
    ]);
  });
});
