import { uploadStoreContract } from '../../../test/contracts/upload-store.ts';
import { MemoryTransactions } from './transaction.ts';
import { MemoryUploadStore } from './upload-store.ts';

uploadStoreContract('memory', async () => {
  const transactions = new MemoryTransactions();
  return { store: new MemoryUploadStore(), inTransaction: (work) => transactions.inTransaction(work) };
});
