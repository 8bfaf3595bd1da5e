import { transcriptStoreContract } from '../../../test/contracts/transcript-store.ts';
import { MemoryTransactions } from './transaction.ts';
import { MemoryTranscriptStore } from './transcript-store.ts';

transcriptStoreContract('in memory', async () => {
  const transactions = new MemoryTransactions();
  return { store: new MemoryTranscriptStore(), inTransaction: (work) => transactions.inTransaction(work) };
});
