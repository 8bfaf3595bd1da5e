import { statfs } from 'node:fs/promises';

export interface DiskState {
  readonly accepting: boolean;
  readonly freeBytes: number;
  /** For people; present when not accepting. */
  readonly reason?: string;
}

/** Says whether new recordings may be taken. */
export interface DiskGuard {
  check(): Promise<DiskState>;
}

export interface DiskGuardOptions {
  readonly folder: string;
  readonly minFreeBytes: number;
  /** Of the whole disk. */
  readonly minFreePercent: number;
  /** How long an answer stands, in milliseconds. */
  readonly validMs?: number;
  readonly now?: () => number;
  readonly measure?: (folder: string) => Promise<{ freeBytes: number; totalBytes: number }>;
}

/**
 * Taking stops before the disk is full, so that what is in work can be finished and nothing else fails first. A disk that
 * cannot be measured takes nothing either.
 */
export function diskGuard(options: DiskGuardOptions): DiskGuard {
  const { folder, minFreeBytes, minFreePercent, validMs = 2_000, now = () => performance.now(), measure = measureDisk } = options;
  let last: { at: number; state: Promise<DiskState> } | undefined;
  const look = async (): Promise<DiskState> => {
    let space: { freeBytes: number; totalBytes: number };
    try {
      space = await measure(folder);
    } catch {
      return { accepting: false, freeBytes: 0, reason: 'The free space of the data folder cannot be read.' };
    }
    const { freeBytes, totalBytes } = space;
    if (freeBytes >= minFreeBytes && freeBytes * 100 >= totalBytes * minFreePercent) return { accepting: true, freeBytes };
    const reason =
      `Only ${mebibytes(freeBytes)} MiB are free on the disk of the data folder; new recordings wait until there are ` +
      `${mebibytes(minFreeBytes)} MiB and ${minFreePercent} %.`;
    return { accepting: false, freeBytes, reason };
  };
  return {
    check: () => {
      if (last === undefined || now() - last.at >= validMs) last = { at: now(), state: look() };
      return last.state;
    },
  };
}

const mebibytes = (bytes: number): number => Math.floor(bytes / 1024 ** 2);

async function measureDisk(folder: string): Promise<{ freeBytes: number; totalBytes: number }> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}
