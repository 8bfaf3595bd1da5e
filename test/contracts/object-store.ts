import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ObjectStore } from '../../services/kernel/index.ts';

const scale = Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

export async function bytesOf(body: AsyncIterable<Uint8Array> | undefined): Promise<Buffer> {
  if (body === undefined) throw new Error('there is no such object');
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces);
}

export async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/**
 * What every object store does. `open` gives an empty one each time. `nested`: `a` and `a/b` may both be objects; only a server
 * behind a store may be too weak for that, and the product has no such names.
 */
export function objectStoreContract(
  name: string,
  open: () => Promise<ObjectStore>,
  { nested = true }: { readonly nested?: boolean } = {},
): void {
  describe(`the object store: ${name}`, () => {
    const names = async (store: ObjectStore, prefix: string): Promise<string[]> => {
      const all: string[] = [];
      for await (const info of store.list(prefix)) all.push(info.name);
      return all;
    };

    test('an object comes back as it was put in, whole or streamed, also when it is empty', async () => {
      const store = await open();
      const body = Buffer.alloc(200_000, 'seven ');
      expect(await store.put('calls/1/audio', body)).toBe('created');
      expect(await store.put('calls/1/streamed', inPieces(body, 7777))).toBe('created');
      expect(await store.put('calls/1/empty', new Uint8Array(0))).toBe('created');
      expect((await bytesOf(await store.read('calls/1/audio'))).equals(body)).toBe(true);
      expect((await bytesOf(await store.read('calls/1/streamed'))).equals(body)).toBe(true);
      expect((await bytesOf(await store.read('calls/1/empty'))).length).toBe(0);
      expect(await store.stat('calls/1/streamed')).toEqual({ name: 'calls/1/streamed', sizeBytes: 200_000 });
    });

    test('what is not there has no bytes and no size, and deleting it is no error', async () => {
      const store = await open();
      await store.put('a/b', text('x'));
      for (const missing of ['none', 'a', 'a/b/c', 'a/bc']) {
        expect(await store.stat(missing)).toBeUndefined();
        expect(await store.read(missing)).toBeUndefined();
        await store.delete(missing);
      }
      expect(await names(store, '')).toEqual(['a/b']);
    });

    test('a second put under a name changes nothing and says so', async () => {
      const store = await open();
      await store.put('one', text('first'));
      expect(await store.put('one', text('second'))).toBe('exists');
      expect(await store.put('one', inPieces(text('third'), 1))).toBe('exists');
      expect((await bytesOf(await store.read('one'))).toString()).toBe('first');
    });

    test('of racing puts one creates the object, and it is whole', async () => {
      const store = await open();
      const bodies = Array.from({ length: 8 }, (_, index) => Buffer.alloc(100_000, `${index}`));
      const results = await Promise.all(bodies.map((body) => store.put('race/object', inPieces(body, 9_000))));
      expect(results.toSorted()).toEqual(['created', ...Array<string>(7).fill('exists')]);
      const winner = await bytesOf(await store.read('race/object'));
      expect(winner.equals(bodies[results.indexOf('created')]!)).toBe(true);
    });

    test('a body that fails leaves nothing under the name, and its own error comes through', async () => {
      const store = await open();
      const failing = async function* () {
        yield text('half of it');
        throw new Error('the line went dead');
      };
      await expect(store.put('half', failing())).rejects.toThrow('the line went dead');
      expect(await store.stat('half')).toBeUndefined();
      expect(await names(store, '')).toEqual([]);
      expect(await store.put('half', text('all of it'))).toBe('created');
    });

    test('an object is gone once it is deleted, and its name is free', async () => {
      const store = await open();
      await store.put('calls/1/audio', text('1'));
      await store.put('calls/2/audio', text('2'));
      await store.delete('calls/1/audio');
      expect(await store.read('calls/1/audio')).toBeUndefined();
      expect(await names(store, 'calls/')).toEqual(['calls/2/audio']);
      expect(await store.put('calls/1/audio', text('again'))).toBe('created');
    });

    test('names are listed in their order, below a prefix that is cut anywhere', async () => {
      const store = await open();
      const few = ['a-b', 'a.b/c', 'a/b/c', 'a/b-c', 'a0', 'B', 'calls/12/x', 'calls/1/x', 'calls/1.5', 'z'];
      const all = nested ? ['a', ...few, 'a/b'] : few;
      for (const name of all) await store.put(name, text(name));
      expect(await names(store, '')).toEqual(all.toSorted());
      for (const prefix of ['a', 'a/', 'a/b', 'a.', 'calls/1', 'calls/1/', 'calls/', 'nothing', 'nothing/at/all'])
        expect(await names(store, prefix)).toEqual(all.filter((name) => name.startsWith(prefix)).toSorted());
    });

    test('a range gives its bytes, cut at the end', async () => {
      const store = await open();
      await store.put('digits', text('0123456789'));
      const read = async (start: number, end: number) => (await bytesOf(await store.read('digits', { start, end }))).toString();
      expect(await read(2, 5)).toBe('234');
      expect(await read(7, 100)).toBe('789');
      expect(await read(4, Number.POSITIVE_INFINITY)).toBe('456789');
      expect(await read(10, 20)).toBe('');
      expect(await read(3, 3)).toBe('');
      await expect(store.read('digits', { start: 5, end: 4 })).rejects.toThrow(RangeError);
      await expect(store.read('digits', { start: -1, end: 4 })).rejects.toThrow(RangeError);
    });

    test('any range of any object is the same stretch of its bytes', async () => {
      const store = await open();
      const body = Uint8Array.from({ length: 150_000 }, (_, index) => (index * 7919) % 251);
      await store.put('big', body);
      await fc.assert(
        fc.asyncProperty(fc.nat(151_000), fc.nat(151_000), async (a, b) => {
          const range = { start: Math.min(a, b), end: Math.max(a, b) };
          expect((await bytesOf(await store.read('big', range))).equals(body.subarray(range.start, range.end))).toBe(true);
        }),
        { numRuns: 25 * scale },
      );
    });

    test('a name that could lead elsewhere is refused before anything is touched', async () => {
      const store = await open();
      for (const bad of [
        '',
        '/',
        '/a',
        'a/',
        'a//b',
        '.',
        '..',
        'a/../b',
        '../../etc/passwd',
        'a\\b',
        'a b',
        'ä',
        'a\0',
        'x'.repeat(201),
      ]) {
        await expect(store.put(bad, text('x'))).rejects.toThrow(TypeError);
        await expect(store.read(bad)).rejects.toThrow(TypeError);
        await expect(store.stat(bad)).rejects.toThrow(TypeError);
        await expect(store.delete(bad)).rejects.toThrow(TypeError);
      }
      for (const bad of ['../', 'a/../', '/', 'a//', ' ']) await expect(names(store, bad)).rejects.toThrow(TypeError);
      expect(await names(store, '')).toEqual([]);
    });
  });
}
