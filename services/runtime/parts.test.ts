import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { Failure, Refused, sha256, type Stage } from '../kernel/index.ts';
import { diskGuard } from './disk-guard.ts';
import { envelopeOf, readEvent } from './event-envelope.ts';
import { leaseKeeper, LeaseLost } from './lease-keeper.ts';
import { createLog, describeError } from './log.ts';
import type { Lease } from './ports.ts';
import { planFor } from './relay-loop.ts';
import { shutDown } from './shutdown.ts';
import { solitude } from './solitude.ts';
import { contextOf, newTraceparent, traceIdOf } from './trace-context.ts';
import { waitAfterFailure } from './waits.ts';

const silent = createLog({ level: 'silent', process: 'test' });
const callId = sha256('call').slice(0, 32);
const traceparent = newTraceparent();

describe('events', () => {
  const received = { type: 'calls.received', callId, data: { revision: 3 } } as const;
  const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

  test('the same event has the same id, another one another', () => {
    const { id } = envelopeOf(received, traceparent);
    expect(envelopeOf({ ...received }, newTraceparent()).id).toBe(id);
    expect(envelopeOf({ ...received, data: { revision: 4 } }, traceparent).id).not.toBe(id);
  });

  test('what was written is read, with fields that a newer product adds', () => {
    const event = envelopeOf(received, traceparent);
    expect(readEvent(bytesOf(event))).toEqual({ kind: 'event', event });
    const newer = { ...event, extra: 1, data: { ...event.data, more: [] } };
    expect(readEvent(bytesOf(newer))).toEqual({ kind: 'event', event: newer });
  });

  test('a newer major version is told apart from what cannot be read', () => {
    const event = envelopeOf(received, traceparent);
    expect(readEvent(bytesOf({ ...event, version: 2, data: 'all new' }))).toEqual({ kind: 'unknown-version', version: 2 });
    for (const bad of [
      { ...event, type: 'calls.unheard' },
      { ...event, callId: 'Wang' },
      { ...event, data: { revision: -1 } },
      null,
      7,
      'text',
      [],
      { ...event, type: '__proto__' },
    ])
      expect(readEvent(bytesOf(bad))).toEqual({ kind: 'unreadable' });
    expect(readEvent(Uint8Array.of(0xff, 0xfe))).toEqual({ kind: 'unreadable' });
  });

  test('any bytes are read as something, and never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => ['event', 'unreadable', 'unknown-version'].includes(readEvent(bytes).kind)),
    );
    fc.assert(
      fc.property(fc.json(), (text) =>
        ['unreadable', 'unknown-version'].includes(readEvent(new TextEncoder().encode(text)).kind),
      ),
    );
  });

  test('an event that does not fit its topic is a bug of the stage that tells it', () => {
    expect(() => envelopeOf({ ...received, data: {} }, traceparent)).toThrow(
      'an event calls.received does not fit its schema at: data.revision',
    );
  });

  test('only stages that hear the topic plan', async () => {
    const stage = (name: string, hears: Stage['hears'], recipe: object | null): Stage => ({
      name,
      hears,
      concurrency: 1,
      plan: () => Promise.resolve(recipe as never),
      work: () => Promise.reject(new Error('not here')),
    });
    const stages = [stage('a', 'calls.received', { v: 1 }), stage('b', 'calls.scored', {}), stage('c', 'calls.received', null)];
    const event = envelopeOf(received, traceparent);
    expect(await planFor(stages)({} as never, { event, lane: 'new' }, () => undefined)).toEqual([
      { stage: 'a', callId, recipe: { v: 1 } },
    ]);
  });
});

describe('traces', () => {
  test('a new one is a W3C trace context; what is none starts afresh', () => {
    expect(newTraceparent()).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(traceIdOf('00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-01')).toBe('a'.repeat(32));
    expect(contextOf('nonsense')).toBeDefined();
  });
});

describe('waiting after a failure', () => {
  test('grows, has a bound, differs from job to job and is the same for the same job', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 20 }), (jobId, failures) => {
        const wait = waitAfterFailure(jobId, failures, 1_000);
        const plain = Math.min(1_000 * 5 ** (failures - 1), 600_000);
        return wait >= plain && wait <= plain * 1.2 + 1 && wait === waitAfterFailure(jobId, failures, 1_000);
      }),
    );
    expect(new Set(['a', 'b', 'c', 'd'].map((id) => waitAfterFailure(id, 3, 1_000))).size).toBe(4);
  });
});

describe('the disk guard', () => {
  const mebibyte = 1024 ** 2;
  const guard = (freeBytes: number, totalBytes: number, now = () => 0) =>
    diskGuard({
      folder: '/',
      minFreeBytes: 2048 * mebibyte,
      minFreePercent: 5,
      now,
      measure: () => Promise.resolve({ freeBytes, totalBytes }),
    });

  test.each([
    [2048, 10_000, true],
    [2047, 10_000, false],
    [5_000, 100_000, true],
    [4_999, 100_000, false],
  ])('%d MiB free of %d: accepting is %s', async (free, total, accepting) => {
    const state = await guard(free * mebibyte, total * mebibyte).check();
    expect(state.accepting).toBe(accepting);
    if (!accepting)
      expect(state.reason).toBe(
        `Only ${free} MiB are free on the disk of the data folder; new recordings wait until there are 2048 MiB and 5 %.`,
      );
  });

  test('a disk that cannot be measured takes nothing', async () => {
    const state = await diskGuard({ folder: '/no/such/folder', minFreeBytes: 0, minFreePercent: 0 }).check();
    expect(state).toMatchObject({ accepting: false, reason: expect.stringContaining('cannot be read') });
  });

  test('this machine’s disk is measured, not more often than every two seconds', async () => {
    let time = 0;
    const measure = vi.fn(() => Promise.resolve({ freeBytes: 10, totalBytes: 100 }));
    const cached = diskGuard({ folder: '/', minFreeBytes: 0, minFreePercent: 0, now: () => time, measure });
    await cached.check();
    time = 1_999;
    await cached.check();
    expect(measure).toHaveBeenCalledTimes(1);
    time = 2_000;
    await cached.check();
    expect(measure).toHaveBeenCalledTimes(2);
    expect(
      (await diskGuard({ folder: import.meta.dirname, minFreeBytes: 0, minFreePercent: 0 }).check()).freeBytes,
    ).toBeGreaterThan(0);
  });
});

describe('the keeper of leases', () => {
  const leases: Lease[] = [
    { jobId: 'a', number: 1 },
    { jobId: 'b', number: 4 },
  ];
  const turn = async (): Promise<void> => {
    await vi.advanceTimersByTimeAsync(15_000);
  };
  const keeping = (renew: (asked: readonly Lease[]) => Promise<readonly Lease[]>) => {
    vi.useFakeTimers();
    const keeper = leaseKeeper({ renew }, { leaseMs: 60_000, renewMs: 15_000 }, silent, () => Date.now());
    const controllers = leases.map((lease) => {
      const controller = new AbortController();
      keeper.hold(lease, controller);
      return controller;
    });
    keeper.start();
    return { keeper, aborted: () => controllers.map(({ signal }) => signal.reason instanceof LeaseLost) };
  };

  test('renews all of them every 15 s in one question, and aborts the work of one that is gone', async () => {
    const renew = vi.fn((asked: readonly Lease[]) => Promise.resolve(asked));
    const { keeper, aborted } = keeping(renew);
    await turn();
    expect(renew.mock.calls).toEqual([[leases, 60_000]]);
    expect(aborted()).toEqual([false, false]);
    renew.mockResolvedValueOnce([leases[1] as Lease]);
    await turn();
    expect(aborted()).toEqual([true, false]);
    await keeper.stop();
    vi.useRealTimers();
  });

  test('while the database is away work goes on for as long as the lease still holds', async () => {
    const { keeper, aborted } = keeping(() => Promise.reject(new Error('away')));
    for (let i = 0; i < 3; i++) await turn();
    expect(aborted()).toEqual([false, false]);
    await turn();
    expect(aborted()).toEqual([true, true]);
    await keeper.stop();
    vi.useRealTimers();
  });

  test('work that ended while we asked has lost nothing', async () => {
    let answer: (kept: readonly Lease[]) => void = () => undefined;
    const { keeper, aborted } = keeping(() => new Promise((resolve) => (answer = resolve)));
    await turn();
    keeper.drop(leases[0] as Lease);
    answer([leases[1] as Lease]);
    await vi.advanceTimersByTimeAsync(1);
    expect(aborted()).toEqual([false, false]);
    expect(keeper.held()).toEqual([leases[1]]);
    await keeper.stop();
    vi.useRealTimers();
  });
});

describe('running alone', () => {
  test('whoever runs alone has nobody beside it; the others run together; nobody is forgotten', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ alone: fc.boolean(), turns: fc.integer({ min: 0, max: 3 }) }), { maxLength: 12 }),
        async (visits) => {
          const rooms = solitude();
          const inside = new Set<number>();
          let most = 0;
          await Promise.all(
            visits.map(async ({ alone, turns }, index) => {
              const leave = await rooms.enter(alone);
              inside.add(index);
              most = Math.max(most, inside.size);
              for (let i = 0; i <= turns; i++) {
                if (alone) expect(inside.size).toBe(1);
                await Promise.resolve();
              }
              inside.delete(index);
              leave();
            }),
          );
          expect(inside.size).toBe(0);
          if (visits.length > 1 && visits.every(({ alone }) => !alone)) expect(most).toBe(visits.length);
        },
      ),
    );
  });
});

describe('the log', () => {
  test('foreign errors give their kind, code and place, never their words; our own speak', () => {
    const foreign = Object.assign(new TypeError('card 4111 1111'), { code: 'ERR_X' });
    expect(describeError(foreign)).toMatchObject({ name: 'TypeError', code: 'ERR_X' });
    expect(describeError(foreign).at[0]).toContain('parts.test.ts');
    const ours = new Failure({
      code: 'recogniser.away',
      message: 'The recogniser does not answer.',
      retryable: true,
      cause: foreign,
    });
    expect(describeError(ours)).toMatchObject({
      code: 'recogniser.away',
      message: 'The recogniser does not answer.',
      cause: { name: 'TypeError' },
    });
    expect(describeError(new Refused({ code: 'audio.empty', text: { zh: '空', en: 'Empty.' } }))).toMatchObject({
      code: 'audio.empty',
    });
    expect(JSON.stringify([describeError(foreign), describeError(ours), describeError('4111')])).not.toContain('4111');
    expect(describeError(Object.assign(new Error('x'), { code: 'words of a customer' }))).not.toHaveProperty('code');
  });

  test('words of an error reach it by no way of logging', () => {
    const lines: string[] = [];
    const log = createLog({ level: 'debug', process: 'test' }, { write: (line) => void lines.push(line) });
    const error = new Error('card 4111\n    at once: 4111 (file.ts:1:1)');
    log.error(error);
    log.error({ error }, 'told');
    log.error({ err: error }, 'told');
    log.error(error, 'told');
    expect(lines).toHaveLength(4);
    expect(lines.join('')).not.toContain('4111');
  });
});

describe('shutting down', () => {
  test('goes through the list in order, one at a time, whatever one of them does', async () => {
    const done: string[] = [];
    const step = (name: string, stop: () => Promise<void>, patienceMs = 5_000) => ({
      name,
      patienceMs,
      stop: async () => {
        done.push(`${name} begins`);
        await stop();
        done.push(`${name} ends`);
      },
    });
    const failed = await shutDown(
      [
        step('hearing', () => new Promise((resolve) => setTimeout(resolve, 20))),
        step('broken', () => Promise.reject(new Error('no'))),
        step('stuck', () => new Promise(() => undefined), 20),
        step('database', () => Promise.resolve()),
      ],
      silent,
    );
    expect(failed).toEqual(['broken', 'stuck']);
    expect(done).toEqual(['hearing begins', 'hearing ends', 'broken begins', 'stuck begins', 'database begins', 'database ends']);
  });
});
