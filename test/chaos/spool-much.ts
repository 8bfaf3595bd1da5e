// A process for the scratch's memory test: spools so many MiB, reads them again into the raw store, prints how far memory grew.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { MemoryWrappedKeyStore } from '../../services/adapters/memory/wrapped-key-store.ts';
import { encryptedRawStore } from '../../services/adapters/raw-store/index.ts';
import { openFileStore, openScratch } from '../../services/adapters/file-store/index.ts';

const [folder, mebibytes] = process.argv.slice(2);
const piece = randomBytes(1024 ** 2);
const scratch = await openScratch(join(folder!, 'scratch'));
const objects = await openFileStore(join(folder!, 'objects'));
const raw = encryptedRawStore({ objects, keys: new MemoryWrappedKeyStore(), masterKey: randomBytes(32) });
let most = 0;
const watch = async function* (bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const each of bytes) {
    most = Math.max(most, process.memoryUsage.rss());
    yield each;
  }
};
const source = async function* (): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < Number(mebibytes); index++) yield piece;
};
const before = process.memoryUsage.rss();
const spooled = await scratch.spool(watch(source()), { maxBytes: 2 ** 31 });
await raw.put('call', 'recording', watch(spooled.read()));
await spooled.close();
process.stdout.write(JSON.stringify({ sizeBytes: spooled.sizeBytes, grownBytes: most - before }));
