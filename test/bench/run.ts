// npm run bench -- NAME: prints figures as ratios beside a peer, in one run. No figure is a test.
import { readdir } from 'node:fs/promises';

const [name, ...args] = process.argv.slice(2);
const names = (await readdir(import.meta.dirname))
  .filter((file) => /^(accuracy|control|distributed|phrases|pipeline|search|verdicts)\.js$/.test(file))
  .map((file) => file.replace('.js', ''));
if (name === undefined || !names.includes(name)) {
  console.error(`npm run bench -- NAME, where NAME is one of: ${names.join(', ')}`);
  process.exit(2);
}
const bench = (await import(`./${name}.js`)) as { run(args: readonly string[]): Promise<void> };
await bench.run(args);
process.exit(0);
