/** Where a use case gets the time from; passed in, so that the same input gives the same bytes. */
export interface Clock {
  /** UTC milliseconds since 1970. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
