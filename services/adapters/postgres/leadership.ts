import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { connectionOf, type DatabaseAddress } from './connection.ts';
import { databaseFailure } from './error-mapping.ts';

const lookMs = 1_000;

/**
 * One leader by a session advisory lock, on a connection of its own (which must not go through a pooler that shares sessions).
 * The session is looked at every second: whoever lost it stops. Between the loss and the stop another may lead already, so the
 * work has to bear two leaders for a moment.
 * @throws what `work` throws; a database that is away is waited for
 */
export async function lead(options: {
  readonly address: DatabaseAddress;
  readonly name: string;
  readonly applicationName: string | undefined;
  readonly work: (signal: AbortSignal) => Promise<void>;
  readonly stop: AbortSignal;
}): Promise<void> {
  const { address, name, work, stop } = options;
  const key = createHash('sha256').update(`plumbline leader ${name}`).digest().readBigInt64BE();
  while (!stop.aborted) {
    const client = new pg.Client({
      ...connectionOf(address),
      connectionTimeoutMillis: 10_000,
      query_timeout: 10_000,
      application_name: `${options.applicationName ?? 'plumbline'}-lead`,
    });
    const lost = new AbortController();
    client.on('error', () => lost.abort());
    client.on('end', () => lost.abort());
    try {
      await client.connect();
      await untilLocked(client, key, AbortSignal.any([stop, lost.signal]));
      if (!stop.aborted && !lost.signal.aborted) await holding(client, lost, work, stop);
    } catch (error) {
      // Only the connection's own troubles are waited for; the work's errors are its caller's.
      if (error instanceof WorkFailed) throw error.cause;
      const failure = databaseFailure(error);
      if (!('retryable' in failure) || !failure.retryable) throw failure;
    } finally {
      // The end of the session gives the lock back.
      await client.end().catch(() => undefined);
    }
    await sleep(lookMs, undefined, { signal: stop }).catch(() => undefined);
  }
}

/** Keeps what the work threw apart from what the connection threw. */
class WorkFailed extends Error {}

async function untilLocked(client: pg.Client, key: bigint, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    const { rows } = await client.query<{ ours: boolean }>('select pg_try_advisory_lock($1) as ours', [String(key)]);
    if (rows[0]?.ours === true) return;
    await sleep(lookMs, undefined, { signal: stop }).catch(() => undefined);
  }
}

async function holding(
  client: pg.Client,
  lost: AbortController,
  work: (signal: AbortSignal) => Promise<void>,
  stop: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const watching = (async () => {
    while (!over.signal.aborted && !lost.signal.aborted) {
      await sleep(lookMs, undefined, { signal: over.signal }).catch(() => undefined);
      if (!over.signal.aborted) await client.query('select 1').catch(() => lost.abort());
    }
  })();
  try {
    await work(AbortSignal.any([stop, lost.signal]));
  } catch (error) {
    throw new WorkFailed('the work of a leader failed', { cause: error });
  } finally {
    over.abort();
    await watching;
  }
}
