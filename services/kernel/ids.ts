import { createHash, createHmac } from 'node:crypto';

/** Hex SHA-256 of bytes or of a UTF-8 text. */
export function sha256(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}

/** What names a call: the source with its external id (and segment of a transfer), else the recording itself. */
export type CallIdentity =
  | { readonly source: string; readonly externalId: string; readonly segment?: string | undefined }
  | { readonly audioSha256: string };

/**
 * `callId` = HMAC-SHA-256(installation key, identity), as 32 hex digits (128 bits). Keyed, because external ids are content:
 * without the installation's key nobody can confirm a guess.
 */
export function callIdOf(installationKey: Uint8Array, identity: CallIdentity): string {
  const parts =
    'audioSha256' in identity
      ? ['audio', identity.audioSha256]
      : ['external', identity.source, identity.externalId, identity.segment ?? ''];
  const mac = createHmac('sha256', installationKey);
  for (const part of parts) mac.update(`${Buffer.byteLength(part)}:${part}`);
  return mac.digest('hex').slice(0, 32);
}

/** job id = stage + call id + hash of the recipe: what exists already is a duplicate and a no-op. */
export function jobIdOf(stage: string, callId: string, recipeHash: string): string {
  return `${stage}:${callId}:${recipeHash}`;
}

/** Result id = call id + hash of the recipe. */
export function resultIdOf(callId: string, recipeHash: string): string {
  return `${callId}-${recipeHash.slice(0, 32)}`;
}

/** A keyed id over any parts (delivery ids and the like), 32 hex digits, with the same reason as `callIdOf`. */
export function keyedIdOf(installationKey: Uint8Array, purpose: string, parts: readonly string[]): string {
  const mac = createHmac('sha256', installationKey);
  for (const part of [purpose, ...parts]) mac.update(`${Buffer.byteLength(part)}:${part}`);
  return mac.digest('hex').slice(0, 32);
}
