/** What is known of an object without reading it. */
export interface ObjectInfo {
  readonly name: string;
  readonly sizeBytes: number;
}

/** Inclusive start, exclusive end, in bytes. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export type Bytes = Uint8Array | AsyncIterable<Uint8Array>;

/**
 * Named, immutable objects. Names are `/`-separated, of `[A-Za-z0-9._-]` parts, never `.` or `..` (a bad name is a
 * TypeError). A store that cannot be reached throws a Failure of the dependency `object-store`.
 */
export interface ObjectStore {
  /** Conditional put: an existing object is left as it is. Durable when it returns; a crash leaves no part under the name. */
  put(name: string, body: Bytes): Promise<'created' | 'exists'>;
  stat(name: string): Promise<ObjectInfo | undefined>;
  /** Undefined when there is none. A range past the end is cut. */
  read(name: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** In name order. */
  list(prefix: string): AsyncIterable<ObjectInfo>;
  /** No error when there is none. */
  delete(name: string): Promise<void>;
}

/**
 * The raw store: raw recordings, window answers, quarantined files, diagnostics. Everything in it is encrypted
 * (AES-256-GCM) with one data key a call; destroying a call's key makes all of it unreadable, in backups too.
 * `owner` is a call id, or a name such as `quarantine` or `diagnostics` that has a key of its own.
 */
export interface RawStore {
  put(owner: string, name: string, body: Bytes): Promise<'created' | 'exists'>;
  /** Sizes are those of the plain content. */
  stat(owner: string, name: string): Promise<ObjectInfo | undefined>;
  read(owner: string, name: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array> | undefined>;
  list(owner: string, prefix?: string): AsyncIterable<ObjectInfo>;
  delete(owner: string, name: string): Promise<void>;
  /** Destroys the owner's wrapped key, then its objects. */
  erase(owner: string): Promise<void>;
}

/** Where wrapped data keys live (the database). */
export interface WrappedKeyStore {
  /** The owner's wrapped key; `make` supplies one when there is none (two racing callers get the same one). Undefined after `destroy`. */
  getOrCreate(owner: string, make: () => Uint8Array): Promise<Uint8Array | undefined>;
  get(owner: string): Promise<Uint8Array | undefined>;
  /** Forgets the key for good: `getOrCreate` never makes another for this owner. */
  destroy(owner: string): Promise<void>;
}

/**
 * Wraps the data keys of owners under a key that it alone knows: a master key in this process, or a key management service. The
 * owner is bound to its key: a wrapped key of one owner does not open for another.
 */
export interface KeyWrapping {
  wrap(owner: string, dataKey: Uint8Array): Promise<Uint8Array>;
  /** @throws Failure `raw-store.key-damaged`, `raw-store.other-master-key`, or one of the dependency `key-service` */
  unwrap(owner: string, wrapped: Uint8Array): Promise<Uint8Array>;
}
