export { diskGuard } from './disk-guard.ts';
export { createLog, describeError, type Log } from './log.ts';
export type * from './ports.ts';
export { createRuntime, type Runtime, type RuntimeOptions, runOne } from './runtime.ts';
export { shutDown, type ShutdownStep } from './shutdown.ts';
export { newTraceparent } from './trace-context.ts';
export type { Tuning } from './tuning.ts';
