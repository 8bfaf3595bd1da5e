/** What a failure hangs on: the input itself, or something outside that is away for now. */
export type FailureCause = 'input' | 'dependency';

/**
 * The one error type that crosses a room's edge. `message` is for people (what, where, what to do) and never quotes
 * content (names, words, file names, database texts); the original stays in `cause`, which logs and stores do not print.
 */
export class Failure extends Error {
  /** A stable, greppable code such as `recogniser.unreachable`. */
  readonly code: string;
  readonly retryable: boolean;
  readonly failureCause: FailureCause;
  /** For `dependency`: which one (`recogniser`, `database`, `object-store`, `judge`). Its circuit opens. */
  readonly dependency: string | undefined;
  /** The dependency asked to wait this long, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(options: {
    code: string;
    message: string;
    retryable: boolean;
    cause?: unknown;
    failureCause?: FailureCause;
    dependency?: string;
    retryAfterMs?: number;
  }) {
    super(options.message, { cause: options.cause });
    this.name = 'Failure';
    this.code = options.code;
    this.retryable = options.retryable;
    this.failureCause = options.failureCause ?? 'input';
    this.dependency = options.dependency;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** A dependency is away: retried without counting attempts, and its circuit opens. */
export function dependencyAway(dependency: string, message: string, cause?: unknown, retryAfterMs?: number): Failure {
  return new Failure({
    code: `${dependency}.away`,
    message,
    retryable: true,
    cause,
    failureCause: 'dependency',
    dependency,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}
