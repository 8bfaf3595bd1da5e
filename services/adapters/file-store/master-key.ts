import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '../../kernel/index.ts';
import { errorCode } from './disk-failure.ts';
import { syncFolder } from './durable-folder.ts';

export interface InstallationKeys {
  /** Wraps the data key of every call; without it the raw store cannot be read. */
  readonly masterKey: Uint8Array;
  /** Keys call ids; another one makes other calls of the same files. */
  readonly installationKey: Uint8Array;
}

/** The two keys of an installation, from `keys/` in its data folder; made there at the first start. */
export async function readOrMakeKeys(home: string): Promise<InstallationKeys> {
  const folder = join(home, 'keys');
  return {
    masterKey: await readOrMakeKeyFile(join(folder, 'master.key')),
    installationKey: await readOrMakeKeyFile(join(folder, 'installation.key')),
  };
}

/**
 * The 32 bytes in a key file (64 hex digits and a newline), made of random bytes where there is none. Of processes that make
 * it at once all get the same key. The file is 0600 and durable before the key is used.
 * @throws Failure `key-file.*` when it is damaged, open to others, or cannot be read
 */
export async function readOrMakeKeyFile(file: string): Promise<Uint8Array> {
  return (await readKeyFile(file)) ?? (await makeKeyFile(file));
}

async function readKeyFile(file: string): Promise<Uint8Array | undefined> {
  let text: string;
  try {
    const { mode } = await stat(file);
    if ((mode & 0o077) !== 0)
      throw keyFailure(
        'open',
        `The key file ${file} can be read by others; take that right from them (chmod 600) and start again.`,
      );
    text = await readFile(file, 'latin1');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    if (error instanceof Failure) throw error;
    throw keyFailure('unreadable', `The key file ${file} cannot be read (${errorCode(error) ?? 'unknown'}).`, error);
  }
  if (!/^[0-9a-f]{64}\n?$/.test(text))
    throw keyFailure('damaged', `The key file ${file} does not hold a key; put it back from a backup, data under it need it.`);
  return Buffer.from(text.trim(), 'hex');
}

async function makeKeyFile(file: string): Promise<Uint8Array> {
  const folder = dirname(file);
  const draft = `${file}.${randomUUID()}`;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(`${randomBytes(32).toString('hex')}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(draft, file).catch((error: unknown) => {
      if (errorCode(error) !== 'EEXIST') throw error;
    });
    await unlink(draft);
    await syncFolder(folder);
    await syncFolder(dirname(folder));
  } catch (error) {
    await unlink(draft).catch(() => undefined);
    throw keyFailure('unwritable', `The key file ${file} cannot be made (${errorCode(error) ?? 'unknown'}).`, error);
  }
  const key = await readKeyFile(file);
  if (key === undefined) throw keyFailure('unreadable', `The key file ${file} was removed while it was being made.`);
  return key;
}

function keyFailure(kind: string, message: string, cause?: unknown): Failure {
  return new Failure({ code: `key-file.${kind}`, message, retryable: false, cause });
}
