// Writes the generated files (schemas/): npm run generate.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { packageRoot } from '../kernel/index.ts';
import { generatedFiles } from './generated-files.ts';

const { version } = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
for (const { path, text } of await generatedFiles(version)) {
  const file = join(packageRoot, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
