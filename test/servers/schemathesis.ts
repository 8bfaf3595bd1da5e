import { join } from 'node:path';
import { cachedBuild, must } from './build-cache.ts';

/** The version that the tests were written with. */
const version = '4.32.5';

/**
 * The Python of an environment that holds schemathesis, which sends an interface what its OpenAPI document allows and what it does
 * not: `python -m schemathesis.cli run …`. Built once under the user's cache; undefined where Python or its package index is not
 * to be had.
 */
export async function schemathesis(): Promise<string | undefined> {
  try {
    const folder = await cachedBuild(`schemathesis-${version}`, (place) => {
      must('python3', ['-m', 'venv', place], '/');
      must(join(place, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', `schemathesis==${version}`], '/');
    });
    return join(folder, 'bin', 'python');
  } catch {
    return undefined;
  }
}
