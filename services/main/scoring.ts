// The process that scores transcripts by the published rubrics.
import { processes } from './duties.ts';
import { runProcess } from './run-process.ts';

await runProcess({ duties: processes.scoring });
