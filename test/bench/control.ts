import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import pg from 'pg';
import { packageRoot, readSettings } from '../../services/kernel/index.ts';
import { openProductCore, type ProductCore } from '../../services/main/product-core.ts';
import type { Transcript } from '../../transcribe/index.ts';
import { holdCalls } from './held-calls.ts';

const batch = Number(process.env['PLUMBLINE_BENCH_CALLS'] ?? 400);
const sizes = (process.env['PLUMBLINE_BENCH_HELD'] ?? '1000,20000,100000').split(',').map(Number);

/** A rubric of 30 criteria: exact, tolerant, ordered, with lists and measures. */
function rubricOf30(): string {
  const phrases = [
    '您好',
    '请问有什么可以帮您',
    '保证收益',
    '稳赚不赔',
    '零风险',
    '感谢您的来电',
    '再见',
    '身份证后四位',
    '风险测评',
    '理财产品不是存款',
  ];
  const criteria = phrases.flatMap((phrase, index) => [
    `      - { id: exact-${index}, points: 1, met_when: 'agent: "${phrase}"' }`,
    `      - { id: tolerant-${index}, points: 1, met_when: 'agent: ~"${phrase}"' }`,
    `      - { id: order-${index}, points: 1, unmet_when: 'customer: "${phrase}" before/30s agent: ~"${phrases[(index + 1) % phrases.length]}"' }`,
  ]);
  return `rubric: bench\ntitle: { zh: 基准, en: Bench }\nlanguages: [zh, en]\nsections:\n  - id: all\n    weight: 1\n    criteria:\n${criteria.join('\n')}\n`;
}

/**
 * The control plane: calls delivered with their transcript through the whole product (ledger, jobs, transcript, scorecard of
 * 30 criteria, fsync on), with 1 k, 20 k and 100 k calls held. Rows of held calls are put there by SQL.
 */
export async function run(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
  writeFileSync(join(home, 'bench.yaml'), rubricOf30());
  const settings = {
    ...readSettings({
      HOME: home,
      PLUMBLINE_HOME: home,
      PLUMBLINE_RECOGNISER_URL: 'http://127.0.0.1:9/v1',
      PLUMBLINE_LOG_LEVEL: 'warn',
    }),
    rubrics: [join(home, 'bench.yaml')],
    work: { transcribing: 8, scoring: 8 },
  };
  const core = await openProductCore({ settings, environment: process.env, working: true, note: console.log });
  const rates: number[] = [];
  try {
    let held = 0;
    console.log(
      'held     calls/s   commits/call  statements/call  CPU ms/call: main thread  node  postgres  WAL kB/call  node MB  postgres MB',
    );
    await deliverBatch(core, 50);
    for (const size of sizes) {
      await holdCalls(core.database, held, size);
      held = size;
      const before = await counters(core);
      const begun = performance.now();
      await deliverBatch(core, batch);
      const rate = batch / ((performance.now() - begun) / 1000);
      const after = await counters(core);
      rates.push(rate);
      const each = (name: keyof Counters, digits = 1): string => ((after[name] - before[name]) / batch).toFixed(digits);
      console.log(
        [
          String(size).padEnd(8),
          rate.toFixed(1).padEnd(9),
          each('commits').padEnd(13),
          each('statements').padEnd(16),
          each('threadMs').padEnd(25),
          each('nodeMs').padEnd(5),
          each('postgresMs').padEnd(9),
          ((after.wal - before.wal) / batch / 1024).toFixed(1).padEnd(12),
          memoryOf('self').toFixed(0).padEnd(8),
          postgresMemory().toFixed(0),
        ].join(' '),
      );
    }
    console.log(
      `budget: >= 50 calls/s at each size; last over first ${((rates.at(-1) ?? 0) / (rates[0] ?? 1)).toFixed(2)} (>= 0.90)`,
    );
  } finally {
    await core.close();
    rmSync(home, { recursive: true, force: true });
  }
}

async function deliverBatch(core: ProductCore, count: number): Promise<void> {
  const base = JSON.parse(readFileSync(join(packageRoot, 'test/fixtures/synth/zh-01.transcript.json'), 'utf8')) as Transcript;
  const waiting: Promise<unknown>[] = [];
  for (let index = 0; index < count; index++) {
    const id = randomBytes(8).toString('hex');
    const bytes = Buffer.from(JSON.stringify({ ...base, callId: id }));
    waiting.push(
      core.deliver({
        source: 'bench',
        name: `${id}.json`,
        metadata: { externalId: id, queue: 'wealth-outbound', direction: 'outbound' },
        isTranscript: true,
        bytes: (async function* () {
          yield bytes;
        })(),
      }),
    );
    if (waiting.length >= 8) await Promise.all(waiting.splice(0));
  }
  await Promise.all(waiting);
  await core.runtime.idle();
}

interface Counters {
  readonly commits: number;
  readonly wal: number;
  readonly statements: number;
  /** Processor time of this process (all its threads), and of the database's processes that still live. */
  readonly nodeMs: number;
  /** Of the thread on which everything waits. */
  readonly threadMs: number;
  readonly postgresMs: number;
}

let statements = 0;
const query = pg.Client.prototype.query as (...parameters: unknown[]) => unknown;
pg.Client.prototype.query = function (this: unknown, ...parameters: unknown[]) {
  statements += 1;
  return query.apply(this, parameters);
} as typeof pg.Client.prototype.query;

async function counters(core: ProductCore): Promise<Counters> {
  const { user, system } = process.cpuUsage();
  const thread = process.threadCpuUsage();
  const { rows } = await sql<{ commits: number; wal: number }>`
    select pg_snapshot_xmax(pg_current_snapshot())::text::bigint as commits,
           pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint as wal`.execute(core.database.reader<unknown>());
  const postgresMs = postgresProcesses().reduce((sum, pid) => sum + processorMs(pid), 0);
  return {
    ...(rows[0] ?? { commits: 0, wal: 0 }),
    statements,
    nodeMs: (user + system) / 1000,
    threadMs: (thread.user + thread.system) / 1000,
    postgresMs,
  };
}

/** User and system time of a process; hundredths of a second are what Linux counts in. */
function processorMs(pid: string): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return 0;
  }
}

/** The database's processes below this one. */
function postgresProcesses(): readonly string[] {
  const parents = new Map<string, string>();
  const names = new Map<string, string>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    try {
      const [, name = '', rest = ''] = /\((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
      parents.set(pid, rest);
      names.set(pid, name);
    } catch {
      // A process that ended in between.
    }
  const ours = (pid: string | undefined): boolean => pid !== undefined && (pid === String(process.pid) || ours(parents.get(pid)));
  return [...names].flatMap(([pid, name]) => (name.startsWith('postgres') && ours(pid) ? [pid] : []));
}

function memoryOf(pid: string): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Proportional set sizes of every PostgreSQL process below this one: shared buffers count once. */
function postgresMemory(): number {
  let sum = 0;
  for (const pid of postgresProcesses())
    try {
      if (!/postgres/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))) continue;
      sum += Number(/Pss:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1024;
    } catch {
      // a process that ended in between, or another user's
    }
  return sum;
}
