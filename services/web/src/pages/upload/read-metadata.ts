import type { PickedFile } from './delivered-files.ts';

const mostBytes = 1024 ** 2;

/** What a JSON note says of its recording; nothing where it is no object or too large: the server then knows the file alone. */
export async function readNote(note: PickedFile | undefined): Promise<Readonly<Record<string, unknown>>> {
  if (note === undefined || note.file.size > mostBytes) return {};
  try {
    const said: unknown = JSON.parse(await note.file.text());
    return typeof said === 'object' && said !== null && !Array.isArray(said) ? (said as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
