import { searchIndexContract } from '../../../test/contracts/search-index.ts';
import { MemorySearchIndex } from './search-index.ts';

searchIndexContract('in memory', async () => new MemorySearchIndex());
