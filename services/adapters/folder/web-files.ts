import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { ApiDeps } from '../../api/index.ts';

/** The web application as it lies in a folder after its build; undefined where it was not built. */
export async function webFiles(folder: string): Promise<ApiDeps['web']> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries
    .filter((entry) => entry.isFile() && !/\.(br|gz|map)$/.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
  return files.includes('index.html') ? { folder, files: new Set(files) } : undefined;
}
