import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { patience } from './patience.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const after = (ms: number): Promise<string> => new Promise((resolve) => setTimeout(() => resolve('there'), ms));

test('time that the reader takes for itself is not counted', async () => {
  const controller = new AbortController();
  const waiting = patience(1000, controller.signal, () => controller.abort(new Error('too slow')));
  for (let round = 0; round < 3; round++) {
    const work = waiting.during(after(300));
    await vi.advanceTimersByTimeAsync(300);
    expect(await work).toBe('there');
    await vi.advanceTimersByTimeAsync(60_000);
  }
  expect(controller.signal.aborted).toBe(false);
});

test('time waited adds up, and ends the wait when it is spent', async () => {
  const controller = new AbortController();
  const waiting = patience(1000, controller.signal, () => controller.abort(new Error('too slow')));
  const first = waiting.during(after(700));
  await vi.advanceTimersByTimeAsync(700);
  await first;
  const second = waiting.during(after(700)).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(300);
  expect(await second).toEqual(new Error('too slow'));
});
