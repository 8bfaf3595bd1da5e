/** A file that was picked or dropped, with its place in the folder it came from. */
export interface PickedFile {
  readonly path: string;
  readonly file: File;
}

/** Picked files by what they are to an upload. */
export interface SortedFiles {
  readonly recordings: readonly PickedFile[];
  /** CSV: what should arrive, and what the centre knows of it. */
  readonly manifests: readonly PickedFile[];
  /** JSON beside a recording, by the recording's path: what the centre knows of that call. */
  readonly sidecars: ReadonlyMap<string, PickedFile>;
}

const hidden = /(^|\/)(\.|Thumbs\.db$|desktop\.ini$)/;

/**
 * Sorts what a person picked: `a.wav.json`, `a.meta.json` and `a.json` are notes to `a.wav` where it is there, a CSV is a manifest,
 * hidden files of the system are left out, and everything else is taken for a recording: whether it is one, the server says.
 */
export function sortFiles(files: readonly PickedFile[]): SortedFiles {
  const kept = files.filter(({ path }) => !hidden.test(path));
  const byPath = new Map(kept.map((each) => [each.path, each]));
  const sidecars = new Map<string, PickedFile>();
  const companions = new Set<string>();
  const manifests: PickedFile[] = [];
  for (const each of kept) {
    if (/\.csv$/i.test(each.path)) manifests.push(each);
    if (/\.(csv|json)$/i.test(each.path)) continue;
    const stem = each.path.replace(/\.[^./]*$/, '');
    for (const name of [`${each.path}.json`, `${stem}.meta.json`, `${stem}.json`]) {
      const note = byPath.get(name);
      if (note === undefined) continue;
      companions.add(name);
      if (!sidecars.has(each.path)) sidecars.set(each.path, note);
    }
  }
  return {
    recordings: kept.filter(({ path }) => !/\.csv$/i.test(path) && !companions.has(path)),
    manifests,
    sidecars,
  };
}

/** Files of an input; of a picked folder, paths inside it. */
export function filesOfInput(list: FileList): PickedFile[] {
  return [...list].map((file) => ({
    file,
    path: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath.split('/').slice(1).join('/'),
  }));
}

/** Files of a drop, folders looked through. One dropped folder is the delivery; of several, their names are part of the paths. */
export async function filesOfDrop(transfer: DataTransfer): Promise<PickedFile[]> {
  // The list is emptied when the event is over: everything must be taken out of it before the first wait.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return [...transfer.files].map((file) => ({ file, path: file.name }));
  const found: PickedFile[] = [];
  const alone = entries.length === 1 && entries[0]!.isDirectory;
  for (const entry of entries) await walk(entry, alone || !entry.isDirectory ? '' : `${entry.name}/`, found);
  return found;
}

async function walk(entry: FileSystemEntry, prefix: string, found: PickedFile[]): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    found.push({ file, path: `${prefix}${entry.name}` });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // Chromium gives at most 100 entries at a time.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return;
    for (const inside of some) await walk(inside, inside.isDirectory ? `${prefix}${inside.name}/` : prefix, found);
  }
}
