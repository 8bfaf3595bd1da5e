import { describe, expect, test } from 'vitest';
import {
  type JudgeBudget,
  type JudgeCache,
  type JudgeFinding,
  type JudgeWaits,
  readRubric,
  type RubricStore,
  rubricHash,
  type ScorecardStore,
  type ScoredCall,
} from '../../scoring/index.ts';
import type { Clock, Tx } from '../../services/kernel/index.ts';

export interface RubricStoreUnderTest {
  readonly store: RubricStore;
  inTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}

export interface ScorecardStoreUnderTest {
  readonly store: ScorecardStore;
  inTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}

function rubricOf(
  id: string,
  phrase: string,
  order = 100,
): { hash: string; yaml: string; rubric: Parameters<RubricStore['publish']>[1]['rubric'] } {
  const yaml = `rubric: ${id}\norder: ${order}\nsections: [{ id: s, criteria: [{ id: c, points: 1, met_when: "${phrase}" }] }]`;
  const result = readRubric(yaml);
  if ('errors' in result) throw new Error(JSON.stringify(result.errors));
  return { yaml, rubric: result.rubric, hash: rubricHash(result.rubric) };
}

/** What every store of published rubrics does. `open` gives an empty one each time. */
export function rubricStoreContract(name: string, open: () => Promise<RubricStoreUnderTest>): void {
  describe(`the rubric store: ${name}`, () => {
    test('a published rubric is current, as it was read: its hash is the same', async () => {
      const { store, inTransaction } = await open();
      const first = rubricOf('cards', '您好');
      expect(await inTransaction((tx) => store.publish(tx, first))).toBe(1);
      const [current] = await store.current();
      expect(current).toMatchObject({ rubricId: 'cards', version: 1, hash: first.hash, yaml: first.yaml });
      expect(current === undefined ? '' : rubricHash(current.rubric)).toBe(first.hash);
    });

    test('another wording is the next version; the older one stays as it was', async () => {
      const { store, inTransaction } = await open();
      const [first, second] = [rubricOf('cards', '您好'), rubricOf('cards', '早上好')];
      await inTransaction((tx) => store.publish(tx, first));
      expect(await inTransaction((tx) => store.publish(tx, second))).toBe(2);
      expect((await store.current()).map(({ version, hash }) => [version, hash])).toEqual([[2, second.hash]]);
      expect((await store.list()).map(({ version, hash }) => [version, hash])).toEqual([
        [1, first.hash],
        [2, second.hash],
      ]);
      expect((await store.byHash(first.hash))?.yaml).toBe(first.yaml);
    });

    test('publishing an earlier version again makes that one current, and no new one', async () => {
      const { store, inTransaction } = await open();
      const [first, second] = [rubricOf('cards', '您好'), rubricOf('cards', '早上好')];
      for (const each of [first, second]) await inTransaction((tx) => store.publish(tx, each));
      expect(await inTransaction((tx) => store.publish(tx, { ...first, yaml: `# again\n${first.yaml}` }))).toBe(1);
      expect((await store.current()).map(({ hash }) => hash)).toEqual([first.hash]);
      expect(await store.list()).toHaveLength(2);
      expect((await store.byHash(first.hash))?.yaml).toBe(first.yaml);
    });

    test('current rubrics come by order, then by id; a withdrawn one is gone and its versions stay', async () => {
      const { store, inTransaction } = await open();
      for (const each of [rubricOf('b', 'x'), rubricOf('a', 'x'), rubricOf('z', 'x', 1)])
        await inTransaction((tx) => store.publish(tx, each));
      expect((await store.current()).map(({ rubricId }) => rubricId)).toEqual(['z', 'a', 'b']);
      await inTransaction((tx) => store.withdraw(tx, 'a'));
      await inTransaction((tx) => store.withdraw(tx, 'never-there'));
      expect((await store.current()).map(({ rubricId }) => rubricId)).toEqual(['z', 'b']);
      expect((await store.list()).map(({ rubricId }) => rubricId)).toEqual(['a', 'b', 'z']);
    });

    test('the versions of a rubric are listed newest first, each once, and one of them is current', async () => {
      const { store, inTransaction } = await open();
      const [first, second] = [rubricOf('cards', '您好'), rubricOf('cards', '早上好')];
      for (const each of [first, second, rubricOf('loans', '您好'), first]) await inTransaction((tx) => store.publish(tx, each));
      const versions = await store.versions('cards');
      expect(versions.map(({ version, hash, current }) => [version, hash, current])).toEqual([
        [2, second.hash, false],
        [1, first.hash, true],
      ]);
      for (const { publishedAt } of versions) expect(Number.isSafeInteger(publishedAt)).toBe(true);
      expect((await store.version('cards', 2))?.yaml).toBe(second.yaml);
      expect(await store.version('cards', 3)).toBeUndefined();
      expect(await store.version('cards', 2 ** 40)).toBeUndefined();
    });

    test('what was never published is not there', async () => {
      const { store } = await open();
      expect(await store.versions('cards')).toEqual([]);
      expect(await store.byHash('0'.repeat(64))).toBeUndefined();
      expect(await store.current()).toEqual([]);
    });
  });
}

const callId = 'b'.repeat(32);

function scored(letter: string, rubrics: readonly string[] = ['cards']): ScoredCall {
  return {
    callId,
    recipeHash: letter.repeat(64),
    scorecards: rubrics.map((rubricId, index) => ({
      scorecardId: `${callId}-${letter}-${rubricId}`,
      callId,
      rubricId,
      rubricHash: letter.repeat(64),
      headline: index === 0,
      card: cardOf(rubricId),
    })),
  };
}

function cardOf(rubricId: string): ScoredCall['scorecards'][number]['card'] {
  return {
    version: 1,
    callId,
    rubric: { id: rubricId, version: 1, hash: 'c'.repeat(64), title: { zh: '评分表', en: 'Rubric' } },
    transcript: { hash: 'd'.repeat(64) },
    made: { scoring: 'test' },
    fits: true,
    languages: ['zh'],
    score: {
      percent: 87.5,
      beforeCritical: 87.5,
      beforeCriticalLow: 87.5,
      beforeCriticalHigh: 87.5,
      provisional: false,
      low: 87.5,
      high: 87.5,
      band: null,
      passed: null,
    },
    critical: { customer: 0, business: 0, compliance: 0, nonCritical: 0, unconfirmed: 0, inReview: 0 },
    sections: [],
    criteria: [],
  };
}

/** What every store of scorecards does. `open` gives an empty one each time. */
export function scorecardStoreContract(name: string, open: () => Promise<ScorecardStoreUnderTest>): void {
  describe(`the scorecard store: ${name}`, () => {
    test('a scoring is current when its recipe was the one last requested, headline first', async () => {
      const { store, inTransaction } = await open();
      expect(await store.currentFor(callId)).toBeUndefined();
      await inTransaction((tx) => store.request(tx, callId, scored('1').recipeHash));
      expect(await store.currentFor(callId)).toBeUndefined();
      await inTransaction((tx) => store.save(tx, scored('1', ['wealth', 'cards'])));
      expect(await store.currentFor(callId)).toEqual(scored('1', ['wealth', 'cards']));
      expect(await store.get(`${callId}-1-cards`)).toEqual(scored('1', ['wealth', 'cards']).scorecards[1]);
    });

    test('a late result of an older request does not become current, and is kept', async () => {
      const { store, inTransaction } = await open();
      for (const letter of ['1', '2']) await inTransaction((tx) => store.request(tx, callId, scored(letter).recipeHash));
      for (const letter of ['2', '1']) await inTransaction((tx) => store.save(tx, scored(letter)));
      expect((await store.currentFor(callId))?.recipeHash).toBe(scored('2').recipeHash);
      expect(await store.get(`${callId}-1-cards`)).toBeDefined();
    });

    test('what was made before becomes current again when it is requested again', async () => {
      const { store, inTransaction } = await open();
      for (const letter of ['1', '2']) {
        await inTransaction((tx) => store.request(tx, callId, scored(letter).recipeHash));
        await inTransaction((tx) => store.save(tx, scored(letter)));
      }
      for (const switched of [true, false])
        expect(await inTransaction((tx) => store.request(tx, callId, scored('1').recipeHash))).toBe(switched);
      expect((await store.currentFor(callId))?.recipeHash).toBe(scored('1').recipeHash);
      expect(await inTransaction((tx) => store.currentInside(tx, callId))).toEqual(await store.currentFor(callId));
    });

    test('a call for which there is no rubric was scored all the same: by none', async () => {
      const { store, inTransaction } = await open();
      await inTransaction((tx) => store.request(tx, callId, scored('1').recipeHash));
      await inTransaction((tx) => store.save(tx, scored('1', [])));
      expect(await store.currentFor(callId)).toEqual(scored('1', []));
    });

    test('saving twice is saving once', async () => {
      const { store, inTransaction } = await open();
      await inTransaction((tx) => store.request(tx, callId, scored('1').recipeHash));
      for (let time = 0; time < 2; time += 1) await inTransaction((tx) => store.save(tx, scored('1')));
      expect(await store.currentFor(callId)).toEqual(scored('1'));
    });

    test('every scorecard of a rubric that a call had, and none of another rubric', async () => {
      const { store, inTransaction } = await open();
      for (const letter of ['1', '2']) await inTransaction((tx) => store.save(tx, scored(letter, ['cards', 'wealth'])));
      const history = await store.history(callId, 'cards');
      expect(
        history.map(({ scorecardId, rubricVersion, percent, provisional }) => [scorecardId, rubricVersion, percent, provisional]),
      ).toEqual([
        [`${callId}-2-cards`, 1, 87.5, false],
        [`${callId}-1-cards`, 1, 87.5, false],
      ]);
      for (const { madeAt } of history) expect(Number.isSafeInteger(madeAt)).toBe(true);
      expect(await store.history(callId, 'loans')).toEqual([]);
    });

    test('an erased call leaves nothing', async () => {
      const { store, inTransaction } = await open();
      await inTransaction((tx) => store.request(tx, callId, scored('1').recipeHash));
      await inTransaction((tx) => store.save(tx, scored('1')));
      await inTransaction((tx) => store.erase(tx, callId));
      expect(await store.currentFor(callId)).toBeUndefined();
      expect(await store.get(`${callId}-1-cards`)).toBeUndefined();
    });
  });
}

export interface JudgeCacheUnderTest {
  readonly store: JudgeCache;
  inTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}

/** What every store of judges' findings does. `open` gives an empty one each time. */
export function judgeCacheContract(name: string, open: () => Promise<JudgeCacheUnderTest>): void {
  const finding = (confidence: number): JudgeFinding => ({
    verdict: 'met',
    reason: { zh: '已安抚', en: 'acknowledged' },
    evidence: [
      { turnId: 't1', speaker: 'agent', startMs: 0, endMs: 900, text: 'I am so sorry', score: 1, of: 'judge', possible: true },
    ],
    confidence,
    judge: { model: 'stub', promptHash: 'e'.repeat(64) },
  });
  describe(`the judge cache: ${name}`, () => {
    test('gives what was found, as it was; the first finding stays', async () => {
      const { store } = await open();
      expect(await store.get('key')).toBeUndefined();
      await store.put('key', finding(1000), callId);
      await store.put('key', finding(667), 'another-call');
      expect(await store.get('key')).toEqual(finding(1000));
      expect(await store.get('another key')).toBeUndefined();
    });

    test('an erased call takes its findings with it, and no other’s', async () => {
      const { store, inTransaction } = await open();
      await store.put('mine', finding(1000), callId);
      await store.put('theirs', finding(1000), 'another-call');
      await inTransaction((tx) => store.erase(tx, callId));
      expect(await store.get('mine')).toBeUndefined();
      expect(await store.get('theirs')).toEqual(finding(1000));
    });
  });
}

export interface JudgeWaitsUnderTest {
  readonly store: JudgeWaits;
  inTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}

/** What every store of calls that wait for a judge does. `open` gives an empty one each time. */
export function judgeWaitsContract(name: string, open: () => Promise<JudgeWaitsUnderTest>): void {
  describe(`calls that wait for a judge: ${name}`, () => {
    test('a call waits until it is answered; how often the judge was missed stays', async () => {
      const { store, inTransaction } = await open();
      expect([await store.missed(callId), await store.waiting(9)]).toEqual([0, []]);
      await inTransaction((tx) => store.wait(tx, callId, 1));
      expect([await store.missed(callId), await store.waiting(9)]).toEqual([1, [{ callId, missed: 1 }]]);
      await inTransaction((tx) => store.wait(tx, callId, 2));
      await inTransaction((tx) => store.answered(tx, callId));
      expect([await store.missed(callId), await store.waiting(9)]).toEqual([2, []]);
    });

    test('the same miss told again, late, changes nothing', async () => {
      const { store, inTransaction } = await open();
      for (const times of [1, 2]) await inTransaction((tx) => store.wait(tx, callId, times));
      await inTransaction((tx) => store.answered(tx, callId));
      for (const times of [1, 2]) await inTransaction((tx) => store.wait(tx, callId, times));
      expect([await store.missed(callId), await store.waiting(9)]).toEqual([2, []]);
    });

    test('the longest wait comes first, missed again or not; a page is no longer than asked', async () => {
      const { store, inTransaction } = await open();
      for (const call of ['c', 'a', 'b']) await inTransaction((tx) => store.wait(tx, call, 1));
      await inTransaction((tx) => store.wait(tx, 'c', 2));
      expect(await store.waiting(2)).toEqual([
        { callId: 'c', missed: 2 },
        { callId: 'a', missed: 1 },
      ]);
    });

    test('an erased call waits for nothing', async () => {
      const { store, inTransaction } = await open();
      await inTransaction((tx) => store.wait(tx, callId, 1));
      await inTransaction((tx) => store.erase(tx, callId));
      expect([await store.missed(callId), await store.waiting(9)]).toEqual([0, []]);
    });
  });
}

/** What every budget of judges does. `open` gives one on which nothing was spent. */
export function judgeBudgetContract(
  name: string,
  open: (clock: Clock, capMicros: number | undefined) => Promise<JudgeBudget>,
): void {
  describe(`the judge budget: ${name}`, () => {
    test('a day’s cap holds until the day is over', async () => {
      let now = 0;
      const budget = await open({ now: () => now }, 100);
      expect([await budget.allows(), await budget.spent()]).toEqual([true, 0]);
      for (const cost of [60, 39]) await budget.spend(cost);
      expect([await budget.allows(), await budget.spent()]).toEqual([true, 99]);
      await budget.spend(5_000_000_000);
      now = 86_399_999;
      expect([await budget.allows(), await budget.spent()]).toEqual([false, 5_000_000_099]);
      now = 86_400_000;
      expect([await budget.allows(), await budget.spent()]).toEqual([true, 0]);
    });

    test('without a cap all is counted and nothing refused', async () => {
      const budget = await open({ now: () => 0 }, undefined);
      await budget.spend(7);
      expect([await budget.allows(), await budget.spent()]).toEqual([true, 7]);
    });
  });
}
