import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCertificate } from '../../../test/servers/certificate.ts';
import { secureServer } from '../../../test/servers/postgres.ts';
import { connectionOf, type DatabaseAddress } from './connection.ts';
import { openDatabase } from './database.ts';

describe('how a database is reached', () => {
  test('TLS of the settings stands over what the URL says of it, and always checks the certificate', () => {
    const folder = mkdtempSync(join(tmpdir(), 'plumbline-ca-'));
    const caFile = join(folder, 'ca.pem');
    writeFileSync(caFile, 'an authority');
    const config = connectionOf({
      url: 'postgresql://u:p@host/db?sslmode=disable&sslrootcert=/elsewhere&application_name=x',
      tls: { caFile, serverName: 'database.example' },
    });
    expect(config).toEqual({
      connectionString: 'postgresql://u:p@host/db?application_name=x',
      ssl: { rejectUnauthorized: true, ca: 'an authority', servername: 'database.example' },
    });
    rmSync(folder, { recursive: true });
  });

  test('a file that cannot be read is said by its setting', () => {
    expect(() => connectionOf({ url: 'postgresql://h/d', tls: { keyFile: '/no/such/key' } })).toThrow(/keyFile.*\/no\/such\/key/);
  });
});

describe.skipIf(secureServer.missing !== undefined)(secureServer.missing ?? 'PostgreSQL with TLS', () => {
  let server: Awaited<ReturnType<typeof secureServer.start>>;
  beforeAll(async () => {
    server = await secureServer.start();
  });
  afterAll(() => server?.stop());

  const encrypted = async (address: DatabaseAddress): Promise<boolean | undefined> => {
    const database = openDatabase({ address, connections: 1, applicationName: 'plumbline-test' });
    try {
      const { rows } = await sql<{ ssl: boolean; name: string }>`
        select ssl, application_name as name from pg_stat_ssl join pg_stat_activity using (pid) where pid = pg_backend_pid()
      `.execute(database.reader());
      expect(rows[0]?.name).toBe('plumbline-test');
      return rows[0]?.ssl;
    } finally {
      await database.close();
    }
  };

  test('is reached over it by who trusts its authority, and by nobody else', async () => {
    expect(await encrypted({ url: server.url })).toBe(false);
    expect(await encrypted({ url: `${server.url}?sslmode=disable`, tls: { caFile: server.caFile } })).toBe(true);
    const folder = mkdtempSync(join(tmpdir(), 'plumbline-ca-'));
    const other = makeCertificate(folder).certFile;
    for (const tls of [{}, { caFile: other }])
      await expect(encrypted({ url: server.url, tls })).rejects.toMatchObject({ retryable: true, dependency: 'database' });
    const nobody = server.url.replace('app@', 'nobody-knows@');
    await expect(encrypted({ url: nobody })).rejects.toMatchObject({ retryable: true, dependency: 'database' });
    rmSync(folder, { recursive: true });
  });
});
