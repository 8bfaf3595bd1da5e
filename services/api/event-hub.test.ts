import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { EventHub, type Listener, type SentEvent } from './event-hub.ts';
import type { Change, ChangeFeed, Health } from './ports.ts';

const health: Health = { ready: true, accepting: true, reasons: [], stages: [], dead: 0 };

/** A feed whose marks are places in a list; before `lost` nothing is known any more. */
function feedOf(changes: Change[]): ChangeFeed & { lost: number } {
  return {
    lost: 0,
    end: async () => String(changes.length),
    async since(mark, limit) {
      const at = Number(mark);
      return !Number.isInteger(at) || at < this.lost ? 'lost' : changes.slice(at, at + limit);
    },
    forget: async () => undefined,
  };
}

const callChange = (place: number, id: string): Change => ({
  mark: String(place),
  kind: 'call',
  id,
  state: 'scored',
  revision: place,
  callId: id,
});

function page(): Listener & { readonly got: SentEvent[]; ended: boolean; takes: boolean; ids(): unknown[] } {
  return {
    got: [],
    ended: false,
    takes: true,
    send(event) {
      if (this.takes) this.got.push(event);
      return this.takes;
    },
    end() {
      this.ended = true;
    },
    ids() {
      return this.got.filter(({ event }) => event === 'call').map(({ data }) => (data as { callId: string }).callId);
    },
  };
}

const until = async (holds: () => boolean): Promise<void> => {
  for (let tries = 0; tries < 500 && !holds(); tries++) await sleep(5);
  expect(holds()).toBe(true);
};

const hubOf = (changes: ChangeFeed): EventHub =>
  new EventHub({ changes, health: async () => health, failed: (error) => expect(error).toBeUndefined() }, 5);

describe('what open pages are told', () => {
  test('a page hears of what comes after it, one that comes back of what it missed', async () => {
    const changes = [callChange(1, 'a')];
    const hub = hubOf(feedOf(changes));
    const [fresh, back] = [page(), page()];
    await hub.join(fresh, undefined);
    await hub.join(back, '0');
    changes.push(callChange(2, 'b'));
    await until(() => fresh.ids().length === 1 && back.ids().length === 2);
    expect([fresh.ids(), back.ids()]).toEqual([['b'], ['a', 'b']]);
    expect([fresh.got[0], back.got[0]].map((hello) => hello?.data)).toEqual([{ resumed: false }, { resumed: true }]);
    expect(fresh.got.some(({ event }) => event === 'stages')).toBe(true);
    hub.close();
    expect([fresh.ended, back.ended]).toEqual([true, true]);
  });

  test('a page whose place is lost is told to ask anew, at its coming and while it listens', async () => {
    const changes = [callChange(1, 'a'), callChange(2, 'b')];
    const feed = feedOf(changes);
    feed.lost = 1;
    const hub = hubOf(feed);
    const late = page();
    await hub.join(late, '0');
    expect(late.got[0]).toMatchObject({ event: 'hello', data: { resumed: false }, id: '2' });
    feed.lost = 3;
    changes.push(callChange(3, 'c'));
    await until(() => late.got.filter(({ event }) => event === 'hello').length === 2);
    changes.push(callChange(4, 'd'));
    await until(() => late.ids().length > 0);
    expect(late.ids()).toEqual(['d']);
    hub.close();
  });

  test('of many changes of one call the last is told', async () => {
    const changes = Array.from({ length: 1200 }, (_, index) => callChange(index + 1, `call ${index % 3}`));
    const hub = hubOf(feedOf(changes));
    const reader = page();
    await hub.join(reader, '0');
    await until(() => reader.got.some(({ id }) => id === '1200'));
    expect(reader.ids().length).toBe(9);
    hub.close();
  });

  test('a page that takes nothing is let go, and the others are not held up', async () => {
    const changes: Change[] = [];
    const hub = hubOf(feedOf(changes));
    const [stuck, good] = [page(), page()];
    await hub.join(stuck, undefined);
    await hub.join(good, undefined);
    stuck.takes = false;
    changes.push(callChange(1, 'a'));
    await until(() => good.ids().length === 1 && stuck.ended);
    hub.close();
  });
});
