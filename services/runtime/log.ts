import { type DestinationStream, type LogFn, type Logger, pino } from 'pino';
import { Failure, Refused } from '../kernel/index.ts';

export type Log = Logger;

/**
 * Structured log, one JSON line an entry. No entry carries content: errors are written as `describeError` says, and fields
 * are ids, codes, counts and times.
 */
export function createLog(options: { level: string; process: string }, destination?: DestinationStream): Log {
  const settings = {
    level: options.level,
    base: { process: options.process },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { error: describeError, err: describeError },
    // `log.error(someError)` would take the error's own words as the message.
    hooks: {
      logMethod(this: Logger, values: Parameters<LogFn>, method: LogFn): void {
        const [first, ...rest] = values as unknown[];
        if (first instanceof Error) method.call(this, { error: first }, rest.length === 0 ? 'error' : String(rest[0]));
        else method.apply(this, values);
      },
    },
  };
  return destination === undefined ? pino(settings) : pino(settings, destination);
}

export interface ErrorDescription {
  readonly name: string;
  readonly code?: string;
  readonly message?: string;
  /** Where it was thrown: functions, files, lines. */
  readonly at: readonly string[];
  readonly cause?: ErrorDescription;
}

/** Our own errors speak without content and are quoted; of foreign ones only the kind, the code and the place are told. */
export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { name: typeof error, at: [] };
  const ours = error instanceof Failure || error instanceof Refused;
  const { code } = error as Error & { code?: unknown };
  const refusal = error instanceof Refused ? error.refusal.code : undefined;
  const plainCode = refusal ?? (typeof code === 'string' && /^[\w.-]{1,60}$/.test(code) ? code : undefined);
  return {
    name: error.name,
    ...(plainCode === undefined ? {} : { code: plainCode }),
    ...(ours ? { message: error.message } : {}),
    at: framesOf(error),
    ...(error.cause === undefined || depth >= 3 ? {} : { cause: describeError(error.cause, depth + 1) }),
  };
}

/** The frames of a stack, after the message that it repeats; none when it holds another message, which could look like frames. */
function framesOf(error: Error): readonly string[] {
  const stack = error.stack ?? '';
  const head = stack.indexOf(error.message);
  if (head === -1) return [];
  return stack
    .slice(head + error.message.length)
    .split('\n')
    .filter((line) => /^\s+at .*(:\d+:\d+\)?|\(native\)|<anonymous>\)?)$/.test(line))
    .slice(0, 8)
    .map((line) => line.trim().slice(3));
}
