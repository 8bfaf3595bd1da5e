import { callStoreContract } from '../../../test/contracts/call-store.ts';
import { MemoryCallStore } from './call-store.ts';
import { MemoryTransactions } from './transaction.ts';

callStoreContract('in memory', async () => {
  const transactions = new MemoryTransactions();
  return { store: new MemoryCallStore(), inTransaction: (work) => transactions.inTransaction(work) };
});
