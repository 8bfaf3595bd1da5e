import { readFileSync } from 'node:fs';
import { Failure } from '../../kernel/index.ts';

/** PEM files towards a server, as in the settings. */
export interface TlsFiles {
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly serverName?: string | undefined;
}

/** What Node's TLS wants of them. The server's certificate is always checked. */
export interface TlsContent {
  readonly rejectUnauthorized: true;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
}

/** @throws Failure `tls.unreadable` that says which setting's file it is */
export function readTls({ caFile, certFile, keyFile, serverName }: TlsFiles): TlsContent {
  return {
    rejectUnauthorized: true,
    ...(caFile === undefined ? {} : { ca: pem('caFile', caFile) }),
    ...(certFile === undefined ? {} : { cert: pem('certFile', certFile) }),
    ...(keyFile === undefined ? {} : { key: pem('keyFile', keyFile) }),
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
}

function pem(setting: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Failure({
      code: 'tls.unreadable',
      message: `The file of the TLS setting ${setting} cannot be read: ${file}`,
      retryable: false,
      cause,
    });
  }
}
