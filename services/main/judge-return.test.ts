import { describe, expect, test } from 'vitest';
import { MemoryJudgeWaits } from '../adapters/memory/scoring.ts';
import { MemoryTransactions } from '../adapters/memory/transaction.ts';
import { JudgeReturn } from './judge-return.ts';

/** A product whose judge is there or not: calls are scored as soon as they are put into the lane. */
function made(calls: number) {
  const waits = new MemoryJudgeWaits();
  const transactions = new MemoryTransactions();
  const state = { there: false, allows: true, sent: [] as number[] };
  const score = (callId: string): Promise<void> =>
    transactions.inTransaction(async (tx) => {
      if (state.there) await waits.answered(tx, callId);
      else await waits.wait(tx, callId, (await waits.missed(callId)) + 1);
    });
  const judge = new JudgeReturn(waits, { allows: async () => state.allows }, async (callIds) => {
    state.sent.push(callIds.length);
    for (const callId of callIds) await score(callId);
  });
  const all = Promise.all(Array.from({ length: calls }, (_, index) => score(`call ${index}`)));
  return { waits, state, judge, ready: all };
}

describe('calls whose judge was away', () => {
  test('are asked about again when it is back: one first, then the rest, a page a turn', async () => {
    const { waits, state, judge, ready } = made(450);
    await ready;
    state.there = true;
    for (let turn = 0; turn < 6; turn += 1) await judge.turn();
    expect(state.sent).toEqual([1, 200, 200, 49]);
    expect(await waits.waiting(9)).toEqual([]);
    expect(await waits.missed('call 7')).toBe(1);
  });

  test('while it is away one call is tried, and ever more seldom', async () => {
    const { state, judge, ready } = made(3);
    await ready;
    const when: number[] = [];
    for (let turn = 0; turn < 200; turn += 1) if ((await judge.turn()) > 0) when.push(turn);
    expect(state.sent.every((each) => each === 1)).toBe(true);
    const pauses = when.slice(1).map((turn, index) => turn - (when[index] ?? 0));
    expect(pauses.slice(0, 5)).toEqual([3, 4, 6, 10, 18]);
    expect(when.length).toBeLessThan(10);
  });

  test('are left alone while the budget of the day is used up', async () => {
    const { state, judge, ready } = made(2);
    await ready;
    Object.assign(state, { there: true, allows: false });
    for (let turn = 0; turn < 5; turn += 1) await judge.turn();
    expect(state.sent).toEqual([]);
    state.allows = true;
    for (let turn = 0; turn < 5; turn += 1) await judge.turn();
    expect(state.sent).toEqual([1, 1]);
  });

  test('none waits: nothing is done', async () => {
    const { state, judge } = made(0);
    expect(await judge.turn()).toBe(0);
    expect(state.sent).toEqual([]);
  });

  test('a call that was put into the lane and came to nothing is put there again, later', async () => {
    const waits = new MemoryJudgeWaits();
    await new MemoryTransactions().inTransaction((tx) => waits.wait(tx, 'call', 1));
    let sent = 0;
    const judge = new JudgeReturn(waits, { allows: async () => true }, async () => (sent += 1));
    for (let turn = 0; turn < 11; turn += 1) await judge.turn();
    expect(sent).toBe(1);
    for (let turn = 0; turn < 3; turn += 1) await judge.turn();
    expect(sent).toBe(2);
  });
});
