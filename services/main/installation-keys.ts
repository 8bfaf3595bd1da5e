import { readFile } from 'node:fs/promises';
import { type InstallationKeys, readOrMakeKeys } from '../adapters/file-store/index.ts';
import { masterKeyWrapping } from '../adapters/raw-store/index.ts';
import { type KeyWrapping, type Settings, SettingsError } from '../kernel/index.ts';

/** What wraps data keys, and what makes call ids. */
export interface ProductKeys extends InstallationKeys {
  readonly wrapping: KeyWrapping;
}

/**
 * The keys of the installation: from the settings (a secret in the environment or a mounted file), else from the data folder,
 * where they are made at the first start. A process that may not make them (`mayMake` false) needs them from the settings: each
 * pod would make its own.
 * @throws SettingsError that names the key, never what it is
 */
export async function installationKeys({ home, keys }: Settings, mayMake: boolean): Promise<ProductKeys> {
  const [master, installation] = [
    keys.masterKey ?? (await fromFile('keys.masterKeyFile', keys.masterKeyFile)),
    keys.installationKey ?? (await fromFile('keys.installationKeyFile', keys.installationKeyFile)),
  ];
  const made = master !== undefined && installation !== undefined ? undefined : await own(home, mayMake, master === undefined);
  const masterKey = master === undefined ? made?.masterKey : Buffer.from(master, 'hex');
  const installationKey = installation === undefined ? made?.installationKey : Buffer.from(installation, 'hex');
  if (masterKey === undefined || installationKey === undefined) throw new Error('the installation has no keys');
  const previous = keys.previousMasterKeys.map((key) => Buffer.from(key, 'hex'));
  return { masterKey, installationKey, wrapping: masterKeyWrapping(masterKey, previous) };
}

function own(home: string, mayMake: boolean, isMaster: boolean): Promise<InstallationKeys> {
  if (mayMake) return readOrMakeKeys(home);
  const [setting, variable] = isMaster
    ? ['keys.masterKey', 'PLUMBLINE_MASTER_KEY']
    : ['keys.installationKey', 'PLUMBLINE_INSTALLATION_KEY'];
  throw new SettingsError(
    `settings: ${setting}: needed where processes share a bucket (64 hexadecimal digits, the same for all); set ${variable} or ${variable}_FILE`,
  );
}

async function fromFile(setting: string, file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const text = await readFile(file, 'latin1').catch(() => {
    throw new SettingsError(`settings: ${setting}: ${file} cannot be read`);
  });
  if (!/^[0-9a-f]{64}\s*$/.test(text))
    throw new SettingsError(`settings: ${setting}: ${file} does not hold 64 hexadecimal digits`);
  return text.trim();
}
