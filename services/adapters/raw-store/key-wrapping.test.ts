import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { masterKeyWrapping } from './key-wrapping.ts';

describe('data keys under a master key', () => {
  const [old, now, other] = [randomBytes(32), randomBytes(32), randomBytes(32)];
  const dataKey = randomBytes(32);

  test('a wrapped key opens for its owner, and for no other', async () => {
    const keys = masterKeyWrapping(now);
    const wrapped = await keys.wrap('call', dataKey);
    expect(Buffer.from(wrapped).includes(dataKey)).toBe(false);
    expect(Buffer.from(await keys.unwrap('call', wrapped)).equals(dataKey)).toBe(true);
    await expect(keys.unwrap('another', wrapped)).rejects.toMatchObject({ code: 'raw-store.key-damaged' });
  });

  test('after the master key was changed the old data keys open, and new ones need the new key', async () => {
    const wrapped = await masterKeyWrapping(old).wrap('call', dataKey);
    const changed = masterKeyWrapping(now, [old]);
    expect(Buffer.from(await changed.unwrap('call', wrapped)).equals(dataKey)).toBe(true);
    const fresh = await changed.wrap('later', dataKey);
    expect(Buffer.from(await masterKeyWrapping(now).unwrap('later', fresh)).equals(dataKey)).toBe(true);
    await expect(masterKeyWrapping(old).unwrap('later', fresh)).rejects.toMatchObject({ code: 'raw-store.other-master-key' });
  });

  test('under a master key that was never ours nothing opens', async () => {
    const wrapped = await masterKeyWrapping(old).wrap('call', dataKey);
    await expect(masterKeyWrapping(now, [other]).unwrap('call', wrapped)).rejects.toMatchObject({
      code: 'raw-store.other-master-key',
      retryable: false,
    });
  });
});
