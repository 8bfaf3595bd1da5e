// A process for the file store's kill test: puts objects named by their content and prints each name, until somebody kills it.
import { createHash } from 'node:crypto';
import { openFileStore } from '../../services/adapters/file-store/index.ts';

const [root, round] = process.argv.slice(2);
const store = await openFileStore(root!);
for (let index = 0; index < 10_000; index++) {
  const body = Buffer.alloc(20_000 + index * 5000, `${round}-${index} `);
  const sha = createHash('sha256').update(body).digest('hex');
  const pieces = (async function* () {
    for (let at = 0; at < body.length; at += 4096) yield body.subarray(at, at + 4096);
  })();
  await store.put(`calls/${index % 7}/${sha}`, pieces);
  process.stdout.write(`${sha}\n`);
}
