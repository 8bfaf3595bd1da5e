// The process that keeps the search index, completes erasures and seals the trail.
import { processes } from './duties.ts';
import { runProcess } from './run-process.ts';

await runProcess({ duties: processes.search });
