import { canonicalJson, type Envelope, eventSchemas, type NewEvent, sha256 } from '../kernel/index.ts';

/** The version of each topic's data that this product writes, and the newest major version that it reads. */
export const eventVersion = 1;

/**
 * A stage's event in its envelope. The id is decided by topic, call and data alone: who sends the same event again sends the
 * same id. The time is the store's to set, by its own clock, when it takes the event.
 * @throws TypeError when the data does not fit the topic's schema: a bug of the stage that made it
 */
export function envelopeOf(event: NewEvent, traceparent: string): Envelope {
  const { type, callId, data } = event;
  const id = sha256(canonicalJson({ type, callId, version: eventVersion, data })).slice(0, 32);
  const envelope = { id, type, version: eventVersion, at: 0, callId, traceparent, data };
  const result = eventSchemas[type].safeParse(envelope);
  if (result.success) return envelope;
  const places = result.error.issues.map(({ path }) => path.join('.')).join(', ');
  throw new TypeError(`an event ${type} does not fit its schema at: ${places}`);
}

export type ReadEvent =
  | { readonly kind: 'event'; readonly event: Envelope }
  /** Not JSON, or not an envelope, or data that does not fit. */
  | { readonly kind: 'unreadable' }
  /** A major version from a newer product: kept aside until this one is updated. */
  | { readonly kind: 'unknown-version'; readonly version: number };

/** What a bus delivered, read loosely: fields that we do not know are kept and ignored. */
export function readEvent(bytes: Uint8Array): ReadEvent {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return { kind: 'unreadable' };
  }
  if (value === null || typeof value !== 'object') return { kind: 'unreadable' };
  const { type, version } = value as { type?: unknown; version?: unknown };
  if (typeof type !== 'string' || !Object.hasOwn(eventSchemas, type)) return { kind: 'unreadable' };
  if (typeof version === 'number' && Number.isInteger(version) && version > eventVersion)
    return { kind: 'unknown-version', version };
  const result = eventSchemas[type as keyof typeof eventSchemas].safeParse(value);
  return result.success ? { kind: 'event', event: result.data } : { kind: 'unreadable' };
}
