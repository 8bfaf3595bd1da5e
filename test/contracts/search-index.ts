import { describe, expect, test } from 'vitest';
import type { CallDocument, CallFacts, Found, IndexQuery, IndexSort, SearchIndex, SortKey } from '../../search/index.ts';

const idOf = (letter: string): string => letter.repeat(32);

const facts = (letter: string, more: Partial<CallFacts> = {}): CallFacts => ({
  callId: idOf(letter),
  revision: 1,
  state: 'scored',
  at: 1_000,
  startedAt: 1_000,
  receivedAt: 2_000,
  source: 'folder',
  name: `${letter}.wav`,
  title: null,
  agentId: 'A1',
  agentName: '李雷',
  team: '信用卡',
  queue: null,
  direction: 'inbound',
  product: null,
  language: 'zh',
  durationMs: 60_000,
  score: { percent: 800, provisional: false, low: 800, high: 800, band: 'good' },
  critical: { customer: 0, business: 0, compliance: 0 },
  needsReview: 0,
  ...more,
});

const call = (
  letter: string,
  terms: readonly string[] = [],
  more: Partial<CallFacts> = {},
  verdicts: CallDocument['verdicts'] = [],
): CallDocument => ({
  facts: facts(letter, more),
  verdicts,
  terms: [...terms].toSorted(),
  form: new TextEncoder().encode(`${letter}${more.revision ?? 1}`),
});

const query = (filters: IndexQuery['filters'] = {}, terms: IndexQuery['terms'] = { kind: 'all' }): IndexQuery => ({
  terms,
  filters,
});

const term = (text: string): IndexQuery['terms'] => ({ kind: 'term', term: text });

async function found(
  index: SearchIndex,
  asked: IndexQuery = query(),
  sort: IndexSort = 'newest',
  after?: SortKey,
  limit?: number,
): Promise<Found[]> {
  const all: Found[] = [];
  for await (const some of index.find(asked, { sort, after }, limit)) all.push(...some);
  return all;
}

const letters = (all: readonly Found[]): string => all.map(({ facts: { callId } }) => callId[0]).join('');

/** What every search index does. `open` gives an empty one each time. */
export function searchIndexContract(name: string, open: () => Promise<SearchIndex>): void {
  describe(`the search index: ${name}`, () => {
    test('gives back what was written, the newest revision of each call', async () => {
      const index = await open();
      const full = call('a', ['您'], { title: '标题', queue: 'q', product: '理财', score: null, needsReview: 2, team: null });
      await index.upsert([full, call('b')]);
      expect((await found(index)).map((each) => each.facts)).toEqual([facts('b'), full.facts]);
      await index.upsert([call('a', ['您'], { revision: 3, team: '新' })]);
      await index.upsert([call('a', ['旧'], { revision: 2, team: '旧' }), call('b', [], { revision: 1, team: '旧' })]);
      expect((await found(index)).map(({ facts: { team } }) => team)).toEqual(['信用卡', '新']);
      expect(await index.revisionOf(idOf('a'))).toBe(3);
      expect(await index.revisionOf(idOf('c'))).toBeUndefined();
      expect(new TextDecoder().decode((await index.forms([idOf('a'), idOf('c')])).get(idOf('a')))).toBe('a3');
      expect(await index.count(query({}, term('旧')))).toBe(0);
    });

    test('one batch may hold two revisions of a call, in any order', async () => {
      const index = await open();
      await index.upsert([call('a', [], { revision: 5 }), call('a', [], { revision: 4, team: 'x' })]);
      expect((await found(index)).map(({ facts: { revision, team } }) => [revision, team])).toEqual([[5, '信用卡']]);
    });

    test('an erased call is in no answer, and nothing older brings it back', async () => {
      const index = await open();
      await index.upsert([call('a', ['您']), call('b', ['您'])]);
      await index.erase(idOf('a'), 4);
      await index.upsert([call('a', ['您'], { revision: 3 })]);
      await index.erase(idOf('c'), 2);
      await index.upsert([call('c', ['您'])]);
      expect(letters(await found(index, query({}, term('您'))))).toBe('b');
      expect(await index.count(query())).toBe(1);
      expect([...(await index.forms([idOf('a'), idOf('b')])).keys()]).toEqual([idOf('b')]);
      expect((await index.facets(query(), { zoneOffsetMs: 0 })).calls).toBe(1);
      expect((await index.facets({ callIds: [idOf('a'), idOf('b')] }, { zoneOffsetMs: 0 })).calls).toBe(1);
      expect(await index.revisionOf(idOf('a'))).toBe(4);
    });

    test('finds by terms, whatever characters they have', async () => {
      const index = await open();
      await index.upsert([
        call('a', ['保', '证', "won't", '#card', '⟦card⟧', 'back\\slash', '~b-an']),
        call('b', ['保', 'a b', "it's & (that) | !"]),
        call('c', ['证', '#number']),
      ]);
      const of = async (terms: IndexQuery['terms']): Promise<string> => letters(await found(index, query({}, terms)));
      expect(await of(term('保'))).toBe('ba');
      for (const odd of ["won't", '#card', '⟦card⟧', 'back\\slash', '~b-an']) expect(await of(term(odd))).toBe('a');
      for (const odd of ['a b', "it's & (that) | !"]) expect(await of(term(odd))).toBe('b');
      expect(await of({ kind: 'and', parts: [term('保'), term('证')] })).toBe('a');
      expect(await of({ kind: 'or', parts: [term('#card'), term('#number')] })).toBe('ca');
      const either = { kind: 'or', parts: [term('#number'), term('a b')] } as const;
      expect(await of({ kind: 'or', parts: [{ kind: 'and', parts: [term('保'), either] }, term('#card')] })).toBe('ba');
      expect(await of({ kind: 'none' })).toBe('');
      expect(await of(term('没有'))).toBe('');
    });

    test('gives calls with their forms where they are asked for, in batches of a size', async () => {
      const index = await open();
      await index.upsert([...'abcde'].map((letter) => call(letter, ['x'])));
      const batches: string[][] = [];
      for await (const some of index.find(query({}, term('x')), { sort: 'newest' }, 4, { forms: true, batch: 2 }))
        batches.push(some.map(({ form }) => new TextDecoder().decode(form)));
      expect(batches).toEqual([
        ['e1', 'd1'],
        ['c1', 'b1'],
      ]);
      expect((await found(index)).every(({ form }) => form === undefined)).toBe(true);
    });

    test('filters by every fact; several values are alternatives, several filters all hold', async () => {
      const index = await open();
      const verdict = (criterionId: string, is: CallDocument['verdicts'][number]['verdict'], rubricId = 'r') => ({
        rubricId,
        criterionId,
        verdict: is,
      });
      await index.upsert([
        call(
          'a',
          [],
          { at: 1000, team: '甲', queue: 'q1', product: 'p', critical: { customer: 2, business: 0, compliance: 1 } },
          [verdict('greeting', 'met'), verdict('risk', 'unmet')],
        ),
        call('b', [], { at: 2000, team: '乙', agentId: 'A2', direction: 'outbound', durationMs: 5, needsReview: 1 }, [
          verdict('greeting', 'needs_review'),
          verdict('greeting', 'unmet', 's'),
        ]),
        call('c', [], { at: 3000, team: null, language: 'en', source: 'upload', score: null }),
      ]);
      const of = async (filters: IndexQuery['filters']): Promise<string> => letters(await found(index, query(filters)));
      expect(await of({})).toBe('cba');
      expect(await of({ from: 2000 })).toBe('cb');
      expect(await of({ to: 2000 })).toBe('a');
      expect(await of({ teams: ['甲', '乙'] })).toBe('ba');
      expect(await of({ teams: ['甲', '乙'], agents: ['A2'] })).toBe('b');
      expect(await of({ queues: ['q1'] })).toBe('a');
      expect(await of({ directions: ['outbound'] })).toBe('b');
      expect(await of({ products: ['p'] })).toBe('a');
      expect(await of({ languages: ['en'] })).toBe('c');
      expect(await of({ sources: ['upload'] })).toBe('c');
      expect(await of({ states: ['failed'] })).toBe('');
      expect(await of({ minDurationMs: 6 })).toBe('ca');
      expect(await of({ maxDurationMs: 5 })).toBe('b');
      expect(await of({ minScore: 0 })).toBe('ba');
      expect(await of({ maxScore: 799 })).toBe('');
      expect(await of({ critical: ['customer', 'business'] })).toBe('a');
      expect(await of({ critical: ['none'] })).toBe('cb');
      expect(await of({ critical: ['none', 'compliance'] })).toBe('cba');
      expect(await of({ needsReview: true })).toBe('b');
      expect(await of({ needsReview: false })).toBe('ca');
      expect(await of({ criterion: { criterionId: 'greeting', verdicts: ['met', 'unmet'] } })).toBe('ba');
      expect(await of({ criterion: { rubricId: 'r', criterionId: 'greeting', verdicts: ['met', 'unmet'] } })).toBe('a');
      expect(await of({ criterion: { criterionId: 'greet', verdicts: ['met'] } })).toBe('');
      const [only] = await found(index, query({ criterion: { rubricId: 'r', criterionId: 'risk', verdicts: ['unmet'] } }));
      expect(only?.verdict).toBe('unmet');
      expect(await index.count(query({ teams: ['甲'] }))).toBe(1);
    });

    test('keeps every order over pages, equal ones too, while calls arrive', async () => {
      const index = await open();
      const score = (percent: number | null) =>
        percent === null ? null : { percent, provisional: true, low: 0, high: 1000, band: null };
      const all = [...'0123456789'].map((letter, at) =>
        call(letter, [], {
          at: 100 * (at % 3),
          durationMs: 10 * (at % 4),
          score: at === 7 ? { ...score(0)!, percent: null } : score(at % 5 === 4 ? null : at % 5),
        }),
      );
      await index.upsert(all);
      const number = (value: number | null | undefined): number => value ?? Number.MAX_SAFE_INTEGER;
      const newest = (a: CallDocument, b: CallDocument): number =>
        b.facts.at - a.facts.at || (a.facts.callId < b.facts.callId ? 1 : -1);
      const inOrder = (by: (a: CallDocument, b: CallDocument) => number): string =>
        all
          .toSorted((a, b) => by(a, b) || newest(a, b))
          .map(({ facts: { callId } }) => callId[0])
          .join('');
      const wanted = {
        newest: '8527419630',
        oldest: '0369147258',
        score: inOrder((a, b) => number(a.facts.score?.percent) - number(b.facts.score?.percent)),
        duration: inOrder((a, b) => b.facts.durationMs - a.facts.durationMs),
      };
      for (const sort of ['newest', 'oldest', 'score', 'duration'] as const) {
        expect(letters(await found(index, query(), sort)), sort).toBe(wanted[sort]);
        let paged = '';
        let after: SortKey | undefined;
        for (let page = 0; page < 20; page += 1) {
          const some = await found(index, query(), sort, after, 3);
          paged += letters(some);
          after = some.at(-1)?.key;
          if (some.length < 3) break;
          // Newer than all: before the first page of an order by time, after nothing that was seen.
          if (sort === 'newest') await index.upsert([call('f', [], { at: 10_000 + page, revision: page + 1 })]);
        }
        expect(paged, sort).toBe(wanted[sort]);
        if (sort === 'newest') await index.erase(idOf('f'), 1000);
      }
    });

    test('counts how calls spread over what is known of them', async () => {
      const index = await open();
      const day = 86_400_000;
      const scored = (percent: number) => ({ percent, provisional: false, low: percent, high: percent, band: null });
      await index.upsert([
        call('a', ['x'], { at: day - 1, score: scored(1000), team: '甲', agentName: '李' }, [
          { rubricId: 'r', criterionId: 'c', verdict: 'met' },
        ]),
        call('b', ['x'], { at: day, score: scored(899), team: '甲', agentName: '王', needsReview: 3 }, [
          { rubricId: 'r', criterionId: 'c', verdict: 'unmet' },
        ]),
        call('c', [], {
          at: 2 * day,
          score: null,
          team: null,
          agentId: null,
          agentName: null,
          critical: { customer: 1, business: 0, compliance: 2 },
        }),
      ]);
      const facets = await index.facets(query(), { zoneOffsetMs: 0 });
      expect(facets).toMatchObject({
        calls: 3,
        date: [
          { date: '1970-01-01', count: 1 },
          { date: '1970-01-02', count: 1 },
          { date: '1970-01-03', count: 1 },
        ],
        team: [
          { value: '甲', count: 2 },
          { value: null, count: 1 },
        ],
        agent: [
          { value: 'A1', name: '王', count: 2 },
          { value: null, name: null, count: 1 },
        ],
        direction: [{ value: 'inbound', count: 3 }],
        score: [
          { from: 800, to: 900, count: 1 },
          { from: 900, to: 1000, count: 1 },
        ],
        critical: { customer: 1, business: 0, compliance: 1, none: 2 },
        criteria: [{ rubricId: 'r', criterionId: 'c', verdicts: { met: 1, unmet: 1, not_applicable: 0, needs_review: 0 } }],
        needsReview: 1,
      });
      expect((await index.facets(query(), { zoneOffsetMs: 1 })).date.map(({ count }) => count)).toEqual([2, 1]);
      expect((await index.facets(query({}, term('x')), { zoneOffsetMs: 0 })).calls).toBe(2);
      const some = await index.facets({ callIds: [idOf('a'), idOf('c')] }, { zoneOffsetMs: 0 });
      expect(some).toMatchObject({ calls: 2, needsReview: 0 });
      expect((await index.facets({ callIds: [] }, { zoneOffsetMs: 0 })).calls).toBe(0);
    });

    test('a rebuilt index takes over without a gap: what is written meanwhile is in both', async () => {
      const index = await open();
      await index.upsert([call('a', ['旧']), call('b', ['旧']), call('d', ['旧'])]);
      const rebuild = await index.rebuild('1');
      await rebuild.upsert([call('a', ['新'])]);
      await index.upsert([call('c', ['新'], { revision: 2 })]);
      await index.erase(idOf('d'), 9);
      await rebuild.upsert([call('b', ['新']), call('c', ['旧'], { revision: 1 }), call('d', ['新'])]);
      expect(letters(await found(index, query({}, term('旧'))))).toBe('ba');
      expect(letters(await found(index, query({}, term('新'))))).toBe('c');
      await rebuild.switch();
      expect(letters(await found(index, query({}, term('新'))))).toBe('cba');
      expect(letters(await found(index, query({}, term('旧'))))).toBe('');
      await index.upsert([call('e', ['新'])]);
      expect(await index.count(query({}, term('新')))).toBe(4);
    });

    test('a rebuild that was broken off is taken up with what it has, or given up', async () => {
      const index = await open();
      await index.upsert([call('a', ['旧'])]);
      await (await index.rebuild('1')).upsert([call('a', ['新'])]);
      expect(await index.version()).toBeUndefined();
      const again = await index.rebuild('1');
      expect([...(await again.has([idOf('a'), idOf('b')]))]).toEqual([idOf('a')]);
      await again.switch();
      expect(await index.version()).toBe('1');
      expect(letters(await found(index, query({}, term('新'))))).toBe('a');
      const given = await index.rebuild('1');
      await given.abandon();
      await given.switch();
      expect(letters(await found(index, query({}, term('新'))))).toBe('a');
      await index.upsert([call('b', ['新'])]);
      expect(await index.count(query({}, term('新')))).toBe(2);
    });

    test('a rebuild for another way of making documents begins anew', async () => {
      const index = await open();
      const first = await index.rebuild('1');
      await first.upsert([call('a', ['旧'])]);
      const second = await index.rebuild('2');
      expect((await second.has([idOf('a')])).size).toBe(0);
      await first.upsert([call('b', ['旧'])]);
      await first.switch();
      expect(await index.count(query())).toBe(0);
      await second.upsert([call('a', ['新'])]);
      await second.switch();
      expect(await index.version()).toBe('2');
      expect(letters(await found(index))).toBe('a');
    });

    test('an answer that is being read survives a switch', async () => {
      const index = await open();
      await index.upsert([...'abcdef'].map((letter) => call(letter, ['x'])));
      const reading = index.find(query({}, term('x')), { sort: 'newest' }, 3)[Symbol.asyncIterator]();
      const first = await reading.next();
      const rebuild = await index.rebuild('1');
      await rebuild.upsert([...'abcdef'].map((letter) => call(letter, ['x'])));
      await rebuild.switch();
      const key = (first.value as Found[] | undefined)?.at(-1)?.key;
      expect(letters((first.value as Found[] | undefined) ?? [])).toBe('fed');
      expect(letters(await found(index, query({}, term('x')), 'newest', key))).toBe('cba');
    });
  });
}
