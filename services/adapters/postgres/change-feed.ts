import { sql } from 'kysely';
import type { Change, ChangeFeed } from '../../api/index.ts';
import type { Database } from './database.ts';

interface ChangeRow {
  readonly place: string;
  readonly kind: Change['kind'];
  readonly id: string;
  readonly state: string;
  readonly revision: number | null;
  readonly call_id: string | null;
}

const kept = '1 hour';
/** A mark that is older than this may have lost its place: what came after it is being forgotten. */
const trustedMs = 50 * 60_000;

/**
 * The changes of the last hour in the order of their transactions. A transaction that is still open may yet write before a place
 * that was read: only what lies below every open transaction is given, so that nothing is ever passed over.
 * A mark says the place, when it was given and by which life of the server; of another life it is good for nothing.
 */
export function postgresChangeFeed(database: Database): ChangeFeed {
  const db = database.reader<unknown>();
  const life = async (): Promise<{ life: string; now: number; least: string }> => {
    const { rows } = await sql<{ life: string; now: number; least: string }>`
      select floor(extract(epoch from pg_postmaster_start_time()) * 1000)::bigint::text as life,
             floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now,
             pg_snapshot_xmin(pg_current_snapshot())::text as least
    `.execute(db);
    const [row] = rows;
    if (row === undefined) throw new Error('a row of functions has no row');
    return row;
  };
  return {
    end: async () => {
      const { life: of, now, least } = await life();
      return `${of}.${now}.${least}.0`;
    },
    since: async (mark, limit) => {
      const at = readMark(mark);
      const { life: of, now } = await life();
      if (at === undefined || at.life !== of || at.givenAt < now - trustedMs || at.givenAt > now + 60_000) return 'lost';
      const { rows } = await sql<ChangeRow>`
        select txid::text || '.' || seq as place, kind, id, state, revision, call_id from feed.change
        where (txid, seq) > (${at.txid}::xid8, ${at.seq}::bigint) and txid < pg_snapshot_xmin(pg_current_snapshot())
        order by txid, seq limit ${limit}
      `.execute(db);
      return rows.map(({ place, kind, id, state, revision, call_id }) => ({
        mark: `${of}.${now}.${place}`,
        kind,
        id,
        state,
        revision: revision ?? undefined,
        callId: call_id ?? undefined,
      }));
    },
    forget: async () => {
      await sql`delete from feed.change where at < clock_timestamp() - ${sql.lit(kept)}::interval`.execute(db);
    },
  };
}

function readMark(mark: string): { life: string; givenAt: number; txid: string; seq: string } | undefined {
  const match = /^(\d{1,16})\.(\d{1,16})\.(\d{1,19})\.(\d{1,18})$/.exec(mark);
  if (match === null) return undefined;
  const [, life = '', givenAt = '', txid = '', seq = ''] = match;
  return { life, givenAt: Number(givenAt), txid, seq };
}
