/** A file as a listing shows it. */
export interface ListedFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedAt: number;
}

/** How the same file looked when it was first seen with this size and time. */
interface Unchanged {
  readonly sizeBytes: number;
  readonly modifiedAt: number;
  readonly since: number;
}

/**
 * Decides by listings alone (no inotify) which dropped files are complete: size and time have not changed for `settleMs`
 * over at least two listings, or an `.ok` lies beside the file. One instance a source.
 */
export class SettledFiles {
  readonly #settleMs: number;
  #known = new Map<string, Unchanged>();

  constructor(settleMs = 10_000) {
    this.#settleMs = settleMs;
  }

  /** Takes the next listing, made at `now` (UTC ms); gives the files that are complete by it, in name order. */
  next(listing: readonly ListedFile[], now: number): ListedFile[] {
    const names = new Set(listing.map(({ name }) => name));
    const known = new Map<string, Unchanged>();
    const complete: ListedFile[] = [];
    for (const file of listing) {
      if (file.name.endsWith('.ok')) continue;
      const before = this.#known.get(file.name);
      const same = before !== undefined && before.sizeBytes === file.sizeBytes && before.modifiedAt === file.modifiedAt;
      const since = same ? before.since : now;
      known.set(file.name, { sizeBytes: file.sizeBytes, modifiedAt: file.modifiedAt, since });
      const marked = names.has(`${file.name}.ok`) || names.has(`${file.name.replace(/\.[^./]+$/, '')}.ok`);
      if (marked || (same && now - since >= this.#settleMs)) complete.push(file);
    }
    this.#known = known;
    return complete.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  }
}
