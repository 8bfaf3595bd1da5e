// The process that hears recordings: decodes, recognises, redacts.
import { processes } from './duties.ts';
import { runProcess } from './run-process.ts';

await runProcess({ duties: processes.transcribe });
