import type pg from 'pg';
import { readTls, type TlsFiles } from '../tls/tls-files.ts';

/** A server by URL, or the one behind a socket in a folder of ours. */
export type DatabaseAddress =
  /** `tls` stands over what the URL says of it. */
  | { readonly url: string; readonly tls?: TlsFiles | undefined }
  | { readonly socketFolder: string; readonly user: string; readonly database: string };

/** What the driver connects with. */
export function connectionOf(address: DatabaseAddress): pg.ClientConfig {
  if ('url' in address && address.tls === undefined) return { connectionString: address.url };
  if ('url' in address) {
    const url = new URL(address.url);
    for (const name of [...url.searchParams.keys()]) if (name.startsWith('ssl')) url.searchParams.delete(name);
    return { connectionString: url.href, ssl: readTls(address.tls ?? {}) };
  }
  return { host: address.socketFolder, user: address.user, database: address.database };
}
