import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sortFiles } from './delivered-files.ts';
import { csvLines, manifestRows } from './manifest-rows.ts';
import { type DeliveryState, finished, type Sendable, UploadQueue, type UploadDeps } from './upload-queue.ts';

const file = (path: string): Sendable => ({ path, file: new File(['sound'], path), metadata: {} });

const delivery = (of: Partial<DeliveryState>): DeliveryState => ({
  deliveryId: 'd',
  state: 'accepted',
  callId: null,
  refusal: null,
  callState: null,
  callRefusal: null,
  ...of,
});

/** A server that is told what to answer, and a clock that is moved by hand. */
function bench(answers: Record<string, readonly DeliveryState[]> = {}) {
  const told = new Map<string, Parameters<UploadDeps['send']>[1]>();
  const stopped: string[] = [];
  const asked = new Map<string, number>();
  let due: (() => void)[] = [];
  const queue = new UploadQueue({
    send: ({ path }, callbacks) => {
      told.set(path, callbacks);
      return { stop: () => void stopped.push(path) };
    },
    ask: async (deliveryId) => {
      const times = asked.get(deliveryId) ?? 0;
      asked.set(deliveryId, times + 1);
      const list = answers[deliveryId] ?? [];
      return list[Math.min(times, list.length - 1)];
    },
    later: (what) => {
      due.push(what);
      return () => undefined;
    },
  });
  const pass = async (): Promise<void> => {
    const now = due;
    due = [];
    for (const what of now) what();
    await new Promise((resolve) => setTimeout(resolve, 0));
  };
  const stages = (): string[] => queue.items().map(({ stage }) => stage.is);
  return { queue, told, stopped, pass, stages, waiting: () => due.length };
}

describe('files on their way', () => {
  test('go three at a time, in order', () => {
    const { queue, told, stages } = bench();
    queue.add(['a', 'b', 'c', 'd', 'e'].map(file));
    expect(stages()).toEqual(['sending', 'sending', 'sending', 'waiting', 'waiting']);
    told.get('b')!.done('1');
    expect(stages()).toEqual(['sending', 'there', 'sending', 'sending', 'waiting']);
  });

  test('are followed until the call is scored, and asked about no more after that', async () => {
    const { queue, told, pass, waiting } = bench({
      one: [
        delivery({ callId: 'c', callState: 'received' }),
        delivery({ callId: 'c', callState: 'transcribed' }),
        delivery({ callId: 'c', callState: 'scored' }),
      ],
    });
    queue.add([file('a')]);
    told.get('a')!.progress(3, true);
    expect(queue.items()[0]?.stage).toEqual({ is: 'sending', sent: 3, resumed: true });
    told.get('a')!.done('one');
    for (let round = 0; round < 3; round += 1) await pass();
    expect(queue.items()[0]?.stage).toMatchObject({ delivery: { callState: 'scored' } });
    expect(queue.items().every(finished)).toBe(true);
    expect(waiting()).toBe(0);
  });

  test('that are refused, the same again, or another under a known name are finished at once', () => {
    for (const state of ['refused', 'duplicate', 'conflict', 'erased'] as const)
      expect(
        finished({ id: 1, path: 'a', size: 1, stage: { is: 'there', deliveryId: 'd', delivery: delivery({ state }) } }),
      ).toBe(true);
  });

  test('go on when an answer about one does not come', async () => {
    const { queue, told, pass, waiting } = bench();
    queue.add([file('a')]);
    told.get('a')!.done('nobody');
    await pass();
    expect(queue.items()[0]?.stage).toMatchObject({ is: 'there', delivery: undefined });
    expect(waiting()).toBe(1);
  });

  test('can be stopped, which lets the next begin, and be sent again', () => {
    const { queue, told, stages, stopped } = bench();
    queue.add(['a', 'b', 'c', 'd'].map(file));
    queue.stop(1);
    expect(stopped).toEqual(['a']);
    expect(stages()).toEqual(['stopped', 'sending', 'sending', 'sending']);
    told.get('a')!.done('late');
    expect(stages()[0]).toBe('stopped');
    queue.again(1);
    expect(stages()[0]).toBe('waiting');
    told.get('b')!.failed({ code: 'unreachable', text: { zh: '连不上', en: 'away' }, again: true });
    expect(stages()).toEqual(['sending', 'failed', 'sending', 'sending']);
  });

  test('leave the list when they are finished and it is cleared', () => {
    const { queue, told, stages } = bench();
    queue.add(['a', 'b'].map(file));
    told.get('a')!.failed({ code: 'x', text: { zh: '', en: '' }, again: false });
    queue.clear();
    expect(stages()).toEqual(['sending']);
  });
});

describe('what a person picked', () => {
  const picked = (...paths: string[]) => sortFiles(paths.map((path) => ({ path, file: new File([], path) })));

  test('is sorted into recordings, their notes, and manifests', () => {
    const { recordings, sidecars, manifests } = picked(
      'in/a.wav',
      'in/a.meta.json',
      'b.flac',
      'b.flac.json',
      'list.csv',
      '.DS_Store',
    );
    expect(recordings.map(({ path }) => path)).toEqual(['in/a.wav', 'b.flac']);
    expect(sidecars.get('in/a.wav')?.path).toBe('in/a.meta.json');
    expect(sidecars.get('b.flac')?.path).toBe('b.flac.json');
    expect(manifests.map(({ path }) => path)).toEqual(['list.csv']);
  });

  test('loses nothing: what is no note and no manifest is sent, so that the server can say why it is refused', () => {
    expect(picked('notes.txt', 'lonely.json').recordings.map(({ path }) => path)).toEqual(['notes.txt', 'lonely.json']);
  });
});

describe('a manifest', () => {
  test('gives each file what its line says, by the names the centre uses', () => {
    const rows = manifestRows('\uFEFF文件,工号,备注\r\na.wav,8012,"甲, 乙"\r\n\r\nb.wav,,\r\na.wav,9,twice\r\n');
    expect([...rows]).toEqual([
      ['a.wav', { 工号: '8012', 备注: '甲, 乙' }],
      ['b.wav', {}],
    ]);
  });

  test('without a column for the file says nothing', () => {
    expect(manifestRows('name,agent\na.wav,1\n').size).toBe(0);
  });

  test('is read as it was written, whatever stands in the cells', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', '中', ' ') });
    const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 5 });
    fc.assert(
      fc.property(table, (rows) => {
        const written = rows.map((row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(',')).join('\r\n');
        expect(csvLines(written)).toEqual(rows.filter((row) => row.some((each) => each !== '')));
      }),
      { numRuns: 200 },
    );
  });
});
