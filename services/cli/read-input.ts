import { Refused } from '../kernel/index.ts';
import { readTranscript, type Transcript } from '../../transcribe/index.ts';
import { readRubric, type Rubric } from '../../scoring/index.ts';
import type { CommandContext } from './program.ts';
import { UsageError } from './terminal.ts';

/** A file's text, or one line that says which file could not be read and why. */
export async function readText(context: CommandContext, path: string): Promise<string> {
  try {
    return new TextDecoder().decode(await context.roots.readFile(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EISDIR'
          ? 'this is a folder'
          : code === 'EACCES'
            ? 'no permission to read it'
            : 'it cannot be read';
    throw new UsageError(`${path}: ${why}`);
  }
}

/** A transcript in any form that is read (transcript.v1, Amazon Transcribe Call Analytics, Whisper verbose JSON, WebVTT). */
export async function readTranscriptFile(context: CommandContext, path: string): Promise<Transcript> {
  const text = await readText(context, path);
  try {
    return readTranscript(text).transcript;
  } catch (error) {
    if (error instanceof Refused) throw new UsageError(`${path}: ${error.refusal.text.en} (${error.refusal.code})`);
    throw error;
  }
}

export async function readRubricFile(context: CommandContext, path: string): Promise<Rubric> {
  const result = readRubric(await readText(context, path));
  if ('errors' in result) {
    const first = result.errors[0];
    const more = result.errors.length > 1 ? ` (and ${result.errors.length - 1} more: plumbline rubric check ${path})` : '';
    throw new UsageError(`${path}:${first?.line ?? 1}:${first?.column ?? 1}: ${first?.text.en ?? 'not a rubric'}${more}`);
  }
  return result.rubric;
}
