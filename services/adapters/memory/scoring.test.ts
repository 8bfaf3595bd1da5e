import { expect, test } from 'vitest';
import {
  judgeBudgetContract,
  judgeCacheContract,
  judgeWaitsContract,
  rubricStoreContract,
  scorecardStoreContract,
} from '../../../test/contracts/scoring-stores.ts';
import {
  MemoryDecisionStore,
  MemoryJudgeBudget,
  MemoryJudgeCache,
  MemoryJudgeWaits,
  MemoryRubricStore,
  MemoryScorecardStore,
} from './scoring.ts';
import { MemoryTransactions } from './transaction.ts';

rubricStoreContract('in memory', async () => {
  const transactions = new MemoryTransactions();
  return { store: new MemoryRubricStore(), inTransaction: (work) => transactions.inTransaction(work) };
});

scorecardStoreContract('in memory', async () => {
  const transactions = new MemoryTransactions();
  return { store: new MemoryScorecardStore(), inTransaction: (work) => transactions.inTransaction(work) };
});

test('the last word of a person stands, by criterion, call and rubric', async () => {
  const store = new MemoryDecisionStore();
  await new MemoryTransactions().inTransaction(async (tx) => {
    await store.decide(tx, 'call', 'rubric', { criterion: 'a', verdict: 'met' });
    await store.decide(tx, 'call', 'rubric', { criterion: 'a', verdict: 'unmet' });
    await store.decide(tx, 'call', 'other', { criterion: 'a', verdict: 'met' });
  });
  expect(await store.decisionsFor('call', 'rubric')).toEqual([{ criterion: 'a', verdict: 'unmet' }]);
});

judgeCacheContract('in memory', async () => {
  const transactions = new MemoryTransactions();
  return { store: new MemoryJudgeCache(), inTransaction: (work) => transactions.inTransaction(work) };
});

judgeWaitsContract('in memory', async () => {
  const transactions = new MemoryTransactions();
  return { store: new MemoryJudgeWaits(), inTransaction: (work) => transactions.inTransaction(work) };
});

judgeBudgetContract('in memory', async (clock, capMicros) => new MemoryJudgeBudget(clock, capMicros));
