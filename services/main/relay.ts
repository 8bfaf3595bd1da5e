// The process that carries events from the outbox to the bus, or to jobs where there is no bus. One leads, the others wait.
import { processes } from './duties.ts';
import { runProcess } from './run-process.ts';

await runProcess({ duties: processes.relay });
