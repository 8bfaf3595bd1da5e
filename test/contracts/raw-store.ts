import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ObjectStore, RawStore, WrappedKeyStore } from '../../services/kernel/index.ts';
import { bytesOf, inPieces } from './object-store.ts';

const scale = Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1);
const chunk = 64 * 1024;
const secret = 'the card is 4111 1111 1111 1111, said aloud; ';
const damaged = { code: 'raw-store.damaged' };

export interface RawStoreUnderTest {
  readonly raw: RawStore;
  /** The same store as it lies beneath: what a thief or a backup has. */
  readonly objects: ObjectStore;
  readonly keys: WrappedKeyStore;
}

/** What every raw store does. `open` gives an empty one each time. */
export function rawStoreContract(name: string, open: () => Promise<RawStoreUnderTest>): void {
  describe(`the raw store: ${name}`, () => {
    const text = (value: string): Uint8Array => new TextEncoder().encode(value);
    const beneath = async (objects: ObjectStore): Promise<string[]> => {
      const names: string[] = [];
      for await (const info of objects.list('')) names.push(info.name);
      return names;
    };
    /** Puts other bytes in an object's place, as somebody with the disk could. */
    const overwrite = async (objects: ObjectStore, object: string, bytes: Uint8Array): Promise<void> => {
      await objects.delete(object);
      await objects.put(object, bytes);
    };

    test('content of every size comes back, with its plain size', async () => {
      const { raw } = await open();
      for (const size of [0, 1, 16, chunk - 1, chunk, chunk + 1, 3 * chunk, 200_001]) {
        const body = Buffer.alloc(size, secret);
        expect(await raw.put('call', `recording/${size}`, inPieces(body, 10_000))).toBe('created');
        expect(await raw.stat('call', `recording/${size}`)).toEqual({ name: `recording/${size}`, sizeBytes: size });
        expect((await bytesOf(await raw.read('call', `recording/${size}`))).equals(body)).toBe(true);
      }
    });

    test('nothing of the content can be read beneath', async () => {
      const { raw, objects } = await open();
      await raw.put('call', 'answer', text(secret.repeat(4000)));
      let seen = 0;
      for await (const { name } of objects.list('')) {
        const bytes = await bytesOf(await objects.read(name));
        seen += bytes.length;
        expect(bytes.includes('4111')).toBe(false);
        expect(bytes.includes('card')).toBe(false);
      }
      expect(seen).toBeGreaterThan(4000 * secret.length);
    });

    test('the same content twice is not the same beneath, and another owner has another key', async () => {
      const { raw, objects, keys } = await open();
      await raw.put('one', 'same', text(secret));
      await raw.put('two', 'same', text(secret));
      const [first, second] = await Promise.all((await beneath(objects)).map(async (each) => bytesOf(await objects.read(each))));
      expect(first!.equals(second!)).toBe(false);
      expect(Buffer.from((await keys.get('one'))!).equals(Buffer.from((await keys.get('two'))!))).toBe(false);
    });

    test('a second put changes nothing; of racing ones, by the first who ever wrote for that owner too, one creates', async () => {
      const { raw } = await open();
      const results = await Promise.all(['a', 'b', 'c', 'd'].map((letter) => raw.put('call', 'x', text(letter.repeat(70_000)))));
      expect(results.filter((each) => each === 'created')).toHaveLength(1);
      const kept = (await bytesOf(await raw.read('call', 'x'))).toString();
      expect(kept).toBe(kept[0]!.repeat(70_000));
      expect(await raw.put('call', 'x', text('late'))).toBe('exists');
      expect((await bytesOf(await raw.read('call', 'x'))).toString()).toBe(kept);
    });

    test('any range is the same stretch of the content', async () => {
      const { raw } = await open();
      const body = Uint8Array.from({ length: 3 * chunk + 17 }, (_, index) => (index * 31) % 253);
      await raw.put('call', 'big', body);
      const edges = [0, 1, chunk - 1, chunk, chunk + 1, 2 * chunk, 3 * chunk, body.length - 1, body.length, body.length + 9];
      const place = fc.oneof(fc.constantFrom(...edges), fc.nat(body.length));
      await fc.assert(
        fc.asyncProperty(place, place, async (a, b) => {
          const range = { start: Math.min(a, b), end: Math.max(a, b) };
          expect((await bytesOf(await raw.read('call', 'big', range))).equals(body.subarray(range.start, range.end))).toBe(true);
        }),
        { numRuns: 40 * scale },
      );
    });

    test('a flipped bit, a cut, a swapped or repeated chunk, and a tail of another object are noticed, and no wrong byte comes out', async () => {
      const { raw, objects } = await open();
      const body = Buffer.alloc(3 * chunk, secret);
      await raw.put('call', 'x', body);
      const object = (await beneath(objects))[0]!;
      const whole = await bytesOf(await objects.read(object));
      const sealed = chunk + 16;
      const head = whole.length - 3 * sealed;
      const piece = (index: number) => whole.subarray(head + index * sealed, head + (index + 1) * sealed);
      const start = whole.subarray(0, head);
      const flipped = (at: number) => Buffer.from(whole).fill(whole[at]! ^ 1, at, at + 1);
      const attacks: Record<string, Buffer> = {
        'a bit of the mark': flipped(1),
        'a bit of the salt': flipped(10),
        'a bit of the content': flipped(head + 5),
        'a bit of the last tag': flipped(whole.length - 1),
        'the last chunk cut off': whole.subarray(0, head + 2 * sealed),
        'all chunks cut off': start,
        'cut within a chunk': whole.subarray(0, whole.length - 100),
        'two chunks swapped': Buffer.concat([start, piece(1), piece(0), piece(2)]),
        'a chunk repeated': Buffer.concat([start, piece(0), piece(0), piece(2)]),
        'a chunk left out': Buffer.concat([start, piece(0), piece(2)]),
        'a chunk added': Buffer.concat([whole, piece(2)]),
        'nothing at all': Buffer.alloc(0),
      };
      for (const [what, bytes] of Object.entries(attacks)) {
        await overwrite(objects, object, bytes);
        const read = async () => {
          let at = 0;
          for await (const out of (await raw.read('call', 'x'))!) {
            expect(body.subarray(at, at + out.length).equals(out), what).toBe(true);
            at += out.length;
          }
        };
        await expect(read(), what).rejects.toMatchObject(damaged);
      }
      await overwrite(objects, object, whole);
      expect((await bytesOf(await raw.read('call', 'x'))).equals(body)).toBe(true);
    });

    test('an object that was moved to another name or owner does not open', async () => {
      const { raw, objects, keys } = await open();
      await raw.put('one', 'x', text(secret));
      const object = (await beneath(objects))[0]!;
      const bytes = await bytesOf(await objects.read(object));
      await raw.put('two', 'x', text('other'));
      const other = (await beneath(objects)).find((each) => each !== object)!;
      await overwrite(objects, other, bytes);
      await expect(bytesOf(await raw.read('two', 'x'))).rejects.toMatchObject(damaged);
      await objects.put(object.replace(/x$/, 'y'), bytes);
      await expect(bytesOf(await raw.read('one', 'y'))).rejects.toMatchObject(damaged);
      const wrapped = (await keys.get('one'))!;
      await keys.getOrCreate('three', () => wrapped);
      await expect(raw.put('three', 'x', text('z'))).rejects.toMatchObject({ code: 'raw-store.key-damaged' });
    });

    test('a range reads the chunks that it touches and no others', async () => {
      const { raw, objects } = await open();
      await raw.put('call', 'x', Buffer.alloc(4 * chunk, secret));
      const object = (await beneath(objects))[0]!;
      const whole = await bytesOf(await objects.read(object));
      const broken = Buffer.from(whole);
      broken[whole.length - 3 * (chunk + 16) + 50]! ^= 1;
      await overwrite(objects, object, broken);
      const range = (start: number, end: number) => async () => bytesOf(await raw.read('call', 'x', { start, end }));
      expect((await range(10, chunk)()).length).toBe(chunk - 10);
      expect((await range(2 * chunk, 4 * chunk)()).length).toBe(2 * chunk);
      await expect(range(chunk, chunk + 1)()).rejects.toMatchObject(damaged);
    });

    test('an erased owner is unreadable for good, also where its objects survive in a copy', async () => {
      const { raw, objects, keys } = await open();
      await raw.put('gone', 'recording', text(secret));
      await raw.put('gone', 'answers/1', text(secret));
      await raw.put('stays', 'recording', text(secret));
      const copies = await Promise.all(
        (await beneath(objects)).map(async (each) => [each, await bytesOf(await objects.read(each))] as const),
      );
      await raw.erase('gone');
      expect(await keys.get('gone')).toBeUndefined();
      expect(await raw.read('gone', 'recording')).toBeUndefined();
      expect((await beneath(objects)).filter((each) => each.includes('gone'))).toEqual([]);
      for (const [each, bytes] of copies) await objects.put(each, bytes);
      expect(await raw.read('gone', 'recording')).toBeUndefined();
      expect(await raw.stat('gone', 'recording')).toBeUndefined();
      expect(await raw.list('gone')[Symbol.asyncIterator]().next()).toMatchObject({ done: true });
      await expect(raw.put('gone', 'recording', text('late'))).rejects.toMatchObject({
        code: 'raw-store.erased',
        retryable: false,
      });
      await raw.erase('gone');
      expect((await beneath(objects)).filter((each) => each.includes('gone'))).toEqual([]);
      expect((await bytesOf(await raw.read('stays', 'recording'))).toString()).toBe(secret);
    });

    test('an owner sees its own objects, in order, with plain sizes', async () => {
      const { raw } = await open();
      for (const each of ['answers/2', 'answers/1', 'recording']) await raw.put('call', each, text(each));
      await raw.put('call2', 'answers/3', text('x'));
      const names = async (prefix?: string) => {
        const all: [string, number][] = [];
        for await (const { name, sizeBytes } of raw.list('call', prefix)) all.push([name, sizeBytes]);
        return all;
      };
      expect(await names()).toEqual([
        ['answers/1', 9],
        ['answers/2', 9],
        ['recording', 9],
      ]);
      await raw.delete('call', 'answers/1');
      expect(await names('answers/')).toEqual([['answers/2', 9]]);
    });

    test('owners and names that could lead elsewhere are refused', async () => {
      const { raw } = await open();
      for (const owner of ['', '..', 'a/b', 'a b']) {
        await expect(raw.put(owner, 'x', text('x'))).rejects.toThrow(TypeError);
        await expect(raw.erase(owner)).rejects.toThrow(TypeError);
      }
      await expect(raw.put('call', '../other/x', text('x'))).rejects.toThrow(TypeError);
    });
  });
}
