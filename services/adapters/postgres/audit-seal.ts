import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { canonicalJson } from '../../kernel/index.ts';
import { type Database, inside } from './database.ts';

/** Whoever seals holds this advisory lock: one sealer over all processes. */
const sealerLock = 7_061_125;

interface Entry {
  readonly seq: number;
  readonly at: string;
  readonly who: string;
  readonly action: string;
  readonly kind: string;
  readonly object_id: string | null;
  readonly allowed: boolean;
  readonly origin: string;
}

const entryColumns = sql.raw(
  `a.seq, to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, a.who, a.action, a.kind, a.object_id, a.allowed, a.origin`,
);

/** SHA-256 over the seal before it, the place in the chain and the entry's canonical JSON. */
function sealOf(before: Buffer, position: number, entry: Entry): Buffer {
  return createHash('sha256').update(before).update(canonicalJson({ position, entry })).digest();
}

const start = Buffer.alloc(32);

/**
 * Chains entries of the trail that are not yet sealed. Entries are written in the requests' own transactions, which wait for
 * no one; the order of the chain is the order in which the sealer finds them, not that of their numbers, so one that committed
 * late comes later and nothing is skipped.
 * @returns how many were sealed; 0 also when another process seals now
 */
export async function sealAudit(database: Database, limit = 1_000): Promise<number> {
  return database.inTransaction(async (tx) => {
    const db = inside<unknown>(tx);
    const lock = await sql<{ ours: boolean }>`select pg_try_advisory_xact_lock(${sealerLock}) as ours`.execute(db);
    if (lock.rows[0]?.ours !== true) return 0;
    const last = await sql<{ position: number; hash: Buffer }>`
      select position, hash from access.audit_seal order by position desc limit 1`.execute(db);
    const { rows: entries } = await sql<Entry>`
      select ${entryColumns} from access.audit a where not exists (select 1 from access.audit_seal s where s.seq = a.seq)
      order by a.seq limit ${limit}`.execute(db);
    let position = last.rows[0]?.position ?? 0;
    let hash = last.rows[0]?.hash ?? start;
    const seals = entries.map((entry) => {
      hash = sealOf(hash, ++position, entry);
      return { position, seq: entry.seq, hash: hash.toString('hex') };
    });
    if (seals.length > 0)
      await sql`
        insert into access.audit_seal (position, seq, hash)
        select position, seq, decode(hash, 'hex') from jsonb_to_recordset(${JSON.stringify(seals)}::jsonb) as s(position bigint, seq bigint, hash text)
      `.execute(db);
    return seals.length;
  });
}

export interface AuditVerdict {
  /** Entries whose seal fits. */
  readonly sealed: number;
  /** Entries at the end that no seal covers yet. */
  readonly unsealed: number;
  /** The first place in the chain that is not as it was sealed; nothing after it is vouched for. */
  readonly broken: BrokenSeal | undefined;
  /** The last seal, in hex: note it elsewhere, since a chain alone cannot show that its end was cut off. */
  readonly head: string;
}

export interface BrokenSeal {
  /** Place in the chain, from 1. */
  readonly place: number;
  /** Number of the entry, where its seal is still there. */
  readonly seq: number | undefined;
  /** `removed`: entry or seal is gone. `added`: the chain fits without it. `changed`: anything else that does not fit. */
  readonly how: 'removed' | 'added' | 'changed';
}

interface SealedEntry extends Entry {
  readonly position: number;
  readonly sealed_seq: number;
  readonly hash: Buffer;
  readonly entry_seq: number | null;
}

/** Computes the chain again from the entries, as far as it was sealed when this began. */
export async function verifyAudit(database: Database): Promise<AuditVerdict> {
  const db = database.reader<unknown>();
  const last = await sql<{ position: number | null }>`select max(position) as position from access.audit_seal`.execute(db);
  const end = last.rows[0]?.position ?? 0;
  let position = 0;
  let hash: Buffer = start;
  let broken: BrokenSeal | undefined;
  while (position < end && broken === undefined) {
    const rows = await sealsAfter(db, position, end);
    if (rows.length === 0) broken = { place: position + 1, seq: undefined, how: 'removed' };
    for (const [index, row] of rows.entries()) {
      broken = breakAt(row, rows[index + 1], position + 1, hash);
      if (broken !== undefined) break;
      ({ position, hash } = row);
    }
  }
  const tail = await sql<{ unsealed: number }>`
    select count(*)::int as unsealed from access.audit a where not exists (select 1 from access.audit_seal s where s.seq = a.seq)
  `.execute(db);
  return { sealed: position, unsealed: tail.rows[0]?.unsealed ?? 0, broken, head: hash.toString('hex') };
}

async function sealsAfter(db: Kysely<unknown>, position: number, end: number): Promise<SealedEntry[]> {
  const { rows } = await sql<SealedEntry>`
    select s.position, s.seq as sealed_seq, s.hash, a.seq as entry_seq, ${entryColumns}
    from access.audit_seal s left join access.audit a on a.seq = s.seq
    where s.position > ${position} and s.position <= ${end} order by s.position limit 5000`.execute(db);
  return rows;
}

function breakAt(row: SealedEntry, next: SealedEntry | undefined, place: number, before: Buffer): BrokenSeal | undefined {
  if (row.position !== place) return { place, seq: undefined, how: 'removed' };
  if (row.entry_seq === null) return { place, seq: row.sealed_seq, how: 'removed' };
  if (sealOf(before, place, entryOf(row)).equals(row.hash)) return undefined;
  const fitsWithout = next !== undefined && next.entry_seq !== null && sealOf(before, place, entryOf(next)).equals(next.hash);
  return { place, seq: row.sealed_seq, how: fitsWithout ? 'added' : 'changed' };
}

const entryOf = ({ seq, at, who, action, kind, object_id, allowed, origin }: SealedEntry): Entry => ({
  seq,
  at,
  who,
  action,
  kind,
  object_id,
  allowed,
  origin,
});
