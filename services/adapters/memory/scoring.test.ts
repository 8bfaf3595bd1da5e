import { rubricStoreContract, scorecardStoreContract } from '../../../test/contracts/scoring-stores.ts';
import { MemoryRubricStore, MemoryScorecardStore } from './scoring.ts';
import { MemoryTransactions } from './transaction.ts';

rubricStoreContract('in memory', async () => {
  const transactions = new MemoryTransactions();
  return { store: new MemoryRubricStore(), inTransaction: (work) => transactions.inTransaction(work) };
});

scorecardStoreContract('in memory', async () => {
  const transactions = new MemoryTransactions();
  return { store: new MemoryScorecardStore(), inTransaction: (work) => transactions.inTransaction(work) };
});
