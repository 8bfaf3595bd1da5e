import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../kernel/index.ts';
import { generatedFiles } from './generated-files.ts';

test('the files in schemas/ are what the code generates (npm run generate writes them)', async () => {
  const { version } = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  for (const { path, text } of await generatedFiles(version)) {
    const there = await readFile(join(packageRoot, path), 'utf8').catch(() => 'missing');
    expect(there, `${path} is stale`).toBe(text);
  }
});
