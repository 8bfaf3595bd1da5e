import { setTimeout as sleep } from 'node:timers/promises';
import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import { Failure, type Tx } from '../../kernel/index.ts';
import { connectionOf, type DatabaseAddress } from './connection.ts';
import { databaseFailure, isOutdatedPlan } from './error-mapping.ts';
import { lead } from './leadership.ts';
import { statementName } from './prepared-statements.ts';

export type { DatabaseAddress } from './connection.ts';

export interface DatabaseOptions {
  readonly address: DatabaseAddress;
  /** Connections at most. Default 10. */
  readonly connections?: number;
  /** Longest time for one statement, in milliseconds. Default 30,000. */
  readonly statementTimeoutMs?: number;
  /** What the server's lists of sessions show. Default `plumbline`. */
  readonly applicationName?: string;
}

/** Every error that comes out of it is a `Failure` without content; a lost connection is one of the dependency `database`. */
export interface Database {
  readonly address: DatabaseAddress;
  /** Statements outside transactions. */
  reader<Tables>(): Kysely<Tables>;
  /**
   * One transaction (read committed). `work` runs again after a collision with another transaction (at most five times), so
   * it changes nothing but the database.
   */
  inTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Calls `heard` on each NOTIFY until it is closed; reconnects by itself, so a notification may be missed: poll as well. */
  listen(channel: string, heard: (payload: string) => void): Promise<Listening>;
  /**
   * Does `work` while this process alone holds the lock of this name; waits until it can. The signal aborts when the lock is
   * lost (with its session) or `stop` aborts; then `work` has to end, and is begun again when the lock is ours again.
   */
  lead(name: string, work: (signal: AbortSignal) => Promise<void>, stop: AbortSignal): Promise<void>;
  /** A connection of one's own, for COPY and cursors. */
  withClient<T>(use: (client: pg.PoolClient) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface Listening {
  close(): Promise<void>;
}

const attemptsAfterCollision = 5;

/** The kysely transaction inside an opaque `Tx`; for stores of this folder alone. */
export function inside<Tables>(tx: Tx): Transaction<Tables> {
  return tx as unknown as Transaction<Tables>;
}

export function openDatabase(options: DatabaseOptions): Database {
  const config: pg.PoolConfig = {
    ...connectionOf(options.address),
    max: options.connections ?? 10,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    // Plans that a connection keeps were made for tables of then: they are made anew with another connection.
    maxLifetimeSeconds: 600,
    statement_timeout: options.statementTimeoutMs ?? 30_000,
    idle_in_transaction_session_timeout: 120_000,
    application_name: options.applicationName ?? 'plumbline',
    types: types(),
  };
  const pool = new pg.Pool(config);
  // A connection that breaks is replaced at the next use, and whoever uses it gets the error there: without these two listeners
  // it would be an exception that ends the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const kysely = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: mapped(pool) }) });
  const listenings = new Set<Listening>();

  return {
    address: options.address,
    reader: <Tables>() => kysely as unknown as Kysely<Tables>,
    inTransaction: async (work) => {
      for (let attempt = 1; ; attempt++)
        try {
          return await kysely.transaction().execute((transaction) => work(transaction as unknown as Tx));
        } catch (error) {
          const collided = error instanceof Failure && error.code === 'database.collision';
          if (!collided || attempt >= attemptsAfterCollision) throw error;
          await sleep(attempt * 20);
        }
    },
    listen: async (channel, heard) => {
      const listening = await listen(options.address, `${options.applicationName ?? 'plumbline'}-listen`, channel, heard);
      listenings.add(listening);
      return listening;
    },
    lead: (name, work, stop) => lead({ address: options.address, name, applicationName: options.applicationName, work, stop }),
    withClient: async (use) => {
      const client = await pool.connect().catch((error: unknown) => {
        throw databaseFailure(error);
      });
      let broken = false;
      try {
        return await use(client);
      } catch (error) {
        // What the connection is in the middle of is unknown: it is not used again.
        broken = true;
        throw databaseFailure(error);
      } finally {
        client.release(broken);
      }
    },
    close: async () => {
      await Promise.all([...listenings].map((listening) => listening.close()));
      await kysely.destroy();
    },
  };
}

/** int8 as a number: our counters stay far below 2^53, and one that does not is an error, not a rounded value. */
function types(): pg.CustomTypesConfig {
  const overrides = new pg.TypeOverrides();
  overrides.setTypeParser(pg.types.builtins.INT8, (text: string) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value)) throw new RangeError('an int8 of the database is beyond 2^53');
    return value;
  });
  return overrides;
}

/** The pool with every error turned into ours, so that whoever runs a statement sees no foreign one. */
function mapped(pool: pg.Pool): pg.Pool {
  return Object.create(pool, {
    connect: {
      value: async (): Promise<pg.PoolClient> => {
        try {
          return withMappedQueries(await pool.connect());
        } catch (error) {
          throw databaseFailure(error);
        }
      },
    },
    end: { value: () => pool.end() },
  }) as pg.Pool;
}

function withMappedQueries(client: pg.PoolClient): pg.PoolClient {
  let outdated = false;
  const query = (...parameters: unknown[]): unknown => {
    const result = (client.query as (...all: unknown[]) => unknown)(...prepared(parameters));
    return result instanceof Promise
      ? result.catch((error: unknown) => {
          outdated ||= isOutdatedPlan(error);
          throw databaseFailure(error);
        })
      : result;
  };
  return Object.create(client, {
    query: { value: query },
    // Plans of before a change of the schema go with their connection.
    release: { value: (error?: Error | boolean) => client.release(error instanceof Error ? error : error === true || outdated) },
  }) as pg.PoolClient;
}

/** A statement with parameters that is run again and again is parsed and planned once for a connection. */
function prepared(parameters: unknown[]): unknown[] {
  const [text, values, ...rest] = parameters;
  if (typeof text !== 'string' || !Array.isArray(values) || values.length === 0 || rest.length > 0) return parameters;
  const name = statementName(text);
  return name === undefined ? parameters : [{ name, text, values }];
}

async function listen(
  address: DatabaseAddress,
  applicationName: string,
  channel: string,
  heard: (payload: string) => void,
): Promise<Listening> {
  let closed = false;
  let client: pg.Client | undefined;
  let retryTimer: NodeJS.Timeout | undefined;

  const connect = async (): Promise<void> => {
    const fresh = new pg.Client({
      ...connectionOf(address),
      connectionTimeoutMillis: 10_000,
      application_name: applicationName,
    });
    const lost = (): void => {
      if (client !== fresh) return;
      client = undefined;
      if (!closed) retryTimer = setTimeout(() => void connect().catch(() => undefined), 1_000);
    };
    client = fresh;
    fresh.on('notification', ({ payload }) => heard(payload ?? ''));
    fresh.on('error', lost);
    fresh.on('end', lost);
    try {
      await fresh.connect();
      await fresh.query(`listen ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      await fresh.end().catch(() => undefined);
      lost();
      throw databaseFailure(error);
    }
    // Whatever was said while nobody listened.
    heard('');
  };

  try {
    await connect();
  } catch (error) {
    closed = true;
    clearTimeout(retryTimer);
    throw error;
  }
  return {
    close: async () => {
      closed = true;
      clearTimeout(retryTimer);
      const open = client;
      client = undefined;
      await open?.end().catch(() => undefined);
    },
  };
}
