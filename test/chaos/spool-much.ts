// A process for the scratch's memory test: spools so many MiB, reads them again into the raw store, prints how far the memory in use grew
// (run with --expose-gc: what is garbage does not count).
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { MemoryWrappedKeyStore } from '../../services/adapters/memory/wrapped-key-store.ts';
import { encryptedRawStore, masterKeyWrapping } from '../../services/adapters/raw-store/index.ts';
import { openFileStore, openScratch } from '../../services/adapters/file-store/index.ts';

const [folder, mebibytes] = process.argv.slice(2);
const piece = randomBytes(1024 ** 2);
const scratch = await openScratch(join(folder!, 'scratch'));
const objects = await openFileStore(join(folder!, 'objects'));
const raw = encryptedRawStore({ objects, keys: new MemoryWrappedKeyStore(), wrapping: masterKeyWrapping(randomBytes(32)) });
const inUse = async (): Promise<number> => {
  for (let pass = 0; pass < 2; pass++) {
    globalThis.gc?.();
    await setImmediate();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};
let most = 0;
let seen = 0;
const watch = async function* (bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const each of bytes) {
    const before = seen;
    seen += each.length;
    if (Math.floor(before / 2 ** 23) !== Math.floor(seen / 2 ** 23)) most = Math.max(most, await inUse());
    yield each;
  }
};
const source = async function* (): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < Number(mebibytes); index++) yield piece;
};
const before = await inUse();
const spooled = await scratch.spool(watch(source()), { maxBytes: 2 ** 31 });
await raw.put('call', 'recording', watch(spooled.read()));
await spooled.close();
process.stdout.write(JSON.stringify({ sizeBytes: spooled.sizeBytes, grownBytes: most - before }));
