import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

function findRoot(): string {
  let at = import.meta.dirname;
  while (!existsSync(join(at, 'package.json'))) {
    const above = dirname(at);
    if (above === at) throw new Error('package root not found: no package.json above the program');
    at = above;
  }
  return at;
}

/** The folder of the project: assets (SQL, YAML, models, Python, samples) are found from here, from sources and from `dist` alike. */
export const packageRoot: string = findRoot();
