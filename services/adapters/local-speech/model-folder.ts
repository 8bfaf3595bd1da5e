import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ModelFile, SpeechModel } from './models.ts';

/** Hex SHA-256 of a file, read in a stream. */
export async function fileSha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/** Whether every file of the model is there with its size: what a start checks, in no time. */
export function looksComplete(folder: string, model: SpeechModel): boolean {
  return model.files.every(({ name, bytes }) => sizeOf(join(folder, name)) === bytes);
}

/** The first file that is missing or is not, byte for byte, what it must be. */
export async function firstWrongFile(folder: string, files: readonly ModelFile[]): Promise<string | undefined> {
  for (const { name, bytes, sha256 } of files) {
    const path = join(folder, name);
    if (sizeOf(path) !== bytes || (await fileSha256(path)) !== sha256) return name;
  }
  return undefined;
}

export function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}
