import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readSettings, SettingsError } from '../kernel/index.ts';
import { installationKeys } from './installation-keys.ts';

const home = mkdtempSync(join(tmpdir(), 'plumbline keys '));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const settingsOf = (environment: Record<string, string>, keys: object = {}) =>
  readSettings({ PLUMBLINE_HOME: home, ...environment }, { name: 'settings.yaml', text: JSON.stringify({ keys }) });
const hex = (): string => randomBytes(32).toString('hex');

describe('the keys of an installation', () => {
  test('come from the environment or a mounted file, and from the data folder where nothing names them', async () => {
    const [master, installation] = [hex(), hex()];
    const file = join(home, 'mounted');
    writeFileSync(file, `${installation}\n`);
    const given = await installationKeys(
      settingsOf({ PLUMBLINE_MASTER_KEY: master, PLUMBLINE_INSTALLATION_KEY_FILE: file }),
      false,
    );
    expect(Buffer.from(given.masterKey).toString('hex')).toBe(master);
    expect(Buffer.from(given.installationKey).toString('hex')).toBe(installation);
    const own = await installationKeys(settingsOf({}), true);
    expect(own.masterKey).toHaveLength(32);
    expect(await installationKeys(settingsOf({}), true)).toMatchObject({ installationKey: own.installationKey });
  });

  test('are never made by one of several processes, which says what it needs', async () => {
    await expect(installationKeys(settingsOf({}), false)).rejects.toThrow(/keys\.masterKey.*PLUMBLINE_MASTER_KEY/);
    const half = settingsOf({ PLUMBLINE_MASTER_KEY: hex() });
    await expect(installationKeys(half, false)).rejects.toThrow(/keys\.installationKey.*PLUMBLINE_INSTALLATION_KEY/);
  });

  test('a master key that was changed opens what the one before it wrapped', async () => {
    const [old, now, installation] = [hex(), hex(), hex()];
    const before = await installationKeys(
      settingsOf({ PLUMBLINE_MASTER_KEY: old, PLUMBLINE_INSTALLATION_KEY: installation }),
      false,
    );
    const wrapped = await before.wrapping.wrap('call', randomBytes(32));
    const environment = { PLUMBLINE_MASTER_KEY: now, PLUMBLINE_INSTALLATION_KEY: installation };
    const after = await installationKeys(settingsOf(environment, { previousMasterKeys: [old] }), false);
    expect(await after.wrapping.unwrap('call', wrapped)).toHaveLength(32);
  });

  test.each([
    ['no key', 'not hexadecimal'],
    ['too short', 'abcdef'],
  ])('a file that holds %s stops the start without showing what it holds', async (_what, text) => {
    const file = join(home, 'broken');
    writeFileSync(file, text);
    const failure: unknown = await installationKeys(settingsOf({ PLUMBLINE_MASTER_KEY_FILE: file }), false).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(SettingsError);
    expect((failure as Error).message).not.toContain(text);
  });
});
