import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { answersContract } from '../../../test/contracts/answers.ts';
import { callStoreContract } from '../../../test/contracts/call-store.ts';
import {
  judgeBudgetContract,
  judgeCacheContract,
  judgeWaitsContract,
  rubricStoreContract,
  scorecardStoreContract,
} from '../../../test/contracts/scoring-stores.ts';
import { searchIndexContract } from '../../../test/contracts/search-index.ts';
import { transcriptStoreContract } from '../../../test/contracts/transcript-store.ts';
import { uploadStoreContract } from '../../../test/contracts/upload-store.ts';
import { type TestDatabase, type TestPostgres, testServers } from '../../../test/servers/postgres.ts';
import type { Tx } from '../../kernel/index.ts';
import { postgresAnswers } from './answers.ts';
import { PostgresCallStore } from './call-store.ts';
import type { Database } from './database.ts';
import { PostgresJudgeBudget, PostgresJudgeCache, PostgresJudgeWaits } from './judge-store.ts';
import { PostgresRubricStore, PostgresScorecardStore } from './scoring-store.ts';
import { PostgresSearchIndex } from './search-index.ts';
import { PostgresTranscriptStore } from './transcript-store.ts';
import { PostgresUploadStore } from './upload-store.ts';

for (const server of testServers)
  describe.skipIf(server.missing !== undefined)(server.missing ?? server.name, () => {
    let postgres: TestPostgres;
    const databases: TestDatabase[] = [];
    beforeAll(async () => {
      postgres = await server.start();
    });
    // Each test has a database of its own: all of them open at once would be more connections than a server gives.
    afterEach(async () => {
      for (const { database } of databases.splice(0)) await database.close();
    });
    afterAll(() => postgres.stop());
    const fresh = async <Store>(
      make: (database: Database) => Store,
    ): Promise<{ store: Store; inTransaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T> }> => {
      const opened = await postgres.newDatabase({ connections: 2 });
      databases.push(opened);
      const { database } = opened;
      return { store: make(database), inTransaction: (work) => database.inTransaction(work) };
    };
    callStoreContract(server.name, () => fresh((database) => new PostgresCallStore(database)));
    transcriptStoreContract(server.name, () => fresh((database) => new PostgresTranscriptStore(database)));
    rubricStoreContract(server.name, () => fresh((database) => new PostgresRubricStore(database)));
    scorecardStoreContract(server.name, () => fresh((database) => new PostgresScorecardStore(database)));
    searchIndexContract(server.name, async () => (await fresh((database) => new PostgresSearchIndex(database))).store);
    answersContract(server.name, async () => (await fresh(postgresAnswers)).store);
    uploadStoreContract(server.name, () => fresh((database) => new PostgresUploadStore(database)));
    judgeCacheContract(server.name, () => fresh((database) => new PostgresJudgeCache(database)));
    judgeWaitsContract(server.name, () => fresh((database) => new PostgresJudgeWaits(database)));
    judgeBudgetContract(
      server.name,
      async (clock, cap) => (await fresh((database) => new PostgresJudgeBudget(database, clock, cap))).store,
    );
  });
