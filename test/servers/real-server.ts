/** A way to a real server for tests. `missing` says why there is none here. */
export interface RealServer<Started> {
  readonly name: string;
  readonly missing: string | undefined;
  start(): Promise<Started>;
}

/**
 * One that cannot be had is skipped by name; in CI nothing is skipped: there its suite runs and fails by saying what is
 * missing.
 */
export function realServer<Started>(
  name: string,
  missing: string | undefined,
  start: () => Promise<Started>,
): RealServer<Started> {
  if (missing === undefined) return { name, missing, start };
  if (process.env['CI'] !== 'true') return { name, missing: `${name}: ${missing}`, start };
  return { name, missing: undefined, start: () => Promise.reject(new Error(`${name}: ${missing}`)) };
}
