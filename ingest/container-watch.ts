import { type Container, mp3Frame } from './recording-format.ts';

/** What a container's own structure says of the whole file, once all of it went by. */
export interface ContainerEnd {
  /** It promises more than there is: the file ends inside a unit (box, page, block, frame), or a stated length is not reached. */
  readonly isCut: boolean;
  /** Nothing but headers: no place where sound could be. */
  readonly isBare: boolean;
  /** How long the container says the sound is, where it counts samples; to be compared with what was decoded. */
  readonly declaredMs: number | undefined;
}

export interface ContainerWatch {
  /** The file's next bytes, in order, from its first. */
  push(bytes: Uint8Array): void;
  end(): ContainerEnd;
}

interface Seen {
  isCut: boolean;
  isBare: boolean;
  declaredMs: number | undefined;
}

/** A walk asks for bytes to look at, or for bytes to pass over. It ends when it knows enough, or has lost its way. */
type Walk = Generator<{ readonly take: number } | { readonly skip: number }, void, Uint8Array>;

/** A WAV may lack this much of what its header promises: writers round. */
const toleratedLossMs = 500;
/** No header that is looked into is larger. */
const largestHeader = 65_536;
/**
 * A data length from here on says "unknown": whoever writes a WAV into a pipe cannot go back to fill it in, and puts the
 * largest number there that comes to mind (0xFFFFFFFF, 0x7FFFFFFF, 0x7FFFF000).
 */
export const unknownWavLength = 0x7fff_0000;

/**
 * Watches a recording's bytes go by and tells at the end whether the file is whole, without decoding anything. Only structure
 * that holds is judged: where a walk loses its way, it says nothing, and the decoder decides.
 */
export function watchContainer(container: Container, sizeBytes: number): ContainerWatch {
  const seen: Seen = { isCut: false, isBare: true, declaredMs: undefined };
  const walk = walks[container](seen, sizeBytes);
  let want = walk.next(new Uint8Array(0));
  let skip = 0;
  let held: Uint8Array = new Uint8Array(0);

  function proceed(bytes: Uint8Array): void {
    want = walk.next(bytes);
    if (want.done !== true && 'skip' in want.value) skip = want.value.skip;
  }
  if (want.done !== true && 'skip' in want.value) skip = want.value.skip;

  return {
    push(chunk) {
      let at = 0;
      while (want.done !== true) {
        if ('skip' in want.value) {
          const step = Math.min(skip, chunk.length - at);
          at += step;
          skip -= step;
          if (skip > 0) return;
          proceed(new Uint8Array(0));
          continue;
        }
        const missing = want.value.take - held.length;
        const part = chunk.subarray(at, at + missing);
        at += part.length;
        if (part.length < missing) {
          if (part.length > 0) held = Buffer.concat([held, part]);
          return;
        }
        const taken = held.length === 0 ? part : Buffer.concat([held, part]);
        held = new Uint8Array(0);
        proceed(taken);
      }
    },
    end() {
      // a header that was begun and not finished
      if (want.done !== true && held.length > 0) seen.isCut = true;
      return { ...seen };
    },
  };
}

const walks: Record<Container, (seen: Seen, sizeBytes: number) => Walk> = {
  wav: walkWav,
  mp3: walkMp3,
  mp4: walkMp4,
  flac: walkFlac,
  ogg: walkOgg,
  webm: walkWebm,
  amr: walkAmr,
};

/** RIFF/WAVE and RF64 (EBU Tech 3306). */
function* walkWav(seen: Seen, sizeBytes: number): Walk {
  yield { take: 12 };
  let at = 12;
  let bytesPerSecond = 0;
  let longLength: number | undefined;
  for (;;) {
    const header = yield { take: 8 };
    at += 8;
    const id = ascii(header, 0, 4);
    const length = little32(header, 4);
    if (id === 'data') {
      const available = sizeBytes - at;
      const promised = longLength ?? (length === 0 || (length >= unknownWavLength && length > available) ? available : length);
      seen.isBare = Math.min(available, promised) <= 0;
      const tolerated = (bytesPerSecond * toleratedLossMs) / 1000;
      seen.isCut = !seen.isBare && promised - available > tolerated;
      if (length === 0 && available >= 8) {
        // a length of 0 means unknown, unless another chunk follows that ends where the file ends
        const next = yield { take: 8 };
        if (/^[A-Za-z ]{4}$/u.test(ascii(next, 0, 4)) && little32(next, 4) === available - 8) seen.isBare = true;
      }
      return;
    }
    const padded = length + (length % 2);
    seen.isCut = at + length > sizeBytes;
    if ((id === 'fmt ' || id === 'ds64') && length >= 16 && length <= largestHeader) {
      const body = yield { take: padded };
      if (id === 'fmt ') bytesPerSecond = little32(body, 8);
      else longLength = little32(body, 8) + little32(body, 12) * 2 ** 32;
    } else yield { skip: padded };
    at += padded;
  }
}

/** ISO/IEC 14496-12 boxes of the top level. */
function* walkMp4(seen: Seen, sizeBytes: number): Walk {
  let at = 0;
  let hasIndex = false;
  let hasMedia = false;
  for (;;) {
    const header = yield { take: 8 };
    const type = ascii(header, 4, 4);
    let length = big32(header, 0);
    let headerBytes = 8;
    if (length === 1) {
      const long = yield { take: 8 };
      length = big32(long, 0) * 2 ** 32 + big32(long, 4);
      headerBytes = 16;
    } else if (length === 0) length = sizeBytes - at;
    if (length < headerBytes) return;
    if (type === 'moov') hasIndex = true;
    if (type === 'mdat' && length > headerBytes) hasMedia = true;
    seen.isBare = !hasMedia;
    const isLast = at + length >= sizeBytes;
    // sound without an index: whoever wrote it never came to the end
    seen.isCut = (at + length > sizeBytes && type !== 'free' && type !== 'skip') || (isLast && hasMedia && !hasIndex);
    yield { skip: length - headerBytes };
    at += length;
  }
}

/** EBML elements (RFC 8794) of Matroska; segments and clusters of unknown length (live recordings) are walked into. */
function* walkWebm(seen: Seen, sizeBytes: number): Walk {
  const segment = 0x18538067;
  const cluster = 0x1f43b675;
  let at = 0;
  for (;;) {
    const id = yield* vint(false);
    const length = yield* vint(true);
    if (id === undefined || length === undefined) return;
    at += id.bytes + length.bytes;
    const isUnknown = length.value === 2 ** (7 * length.bytes) - 1;
    if (!isUnknown && at + length.value > sizeBytes) seen.isCut = true;
    if (id.value === cluster) seen.isBare = false;
    if (id.value === segment || (id.value === cluster && isUnknown)) continue;
    if (isUnknown) return;
    yield { skip: length.value };
    at += length.value;
  }
}

function* vint(
  isLength: boolean,
): Generator<{ readonly take: number }, { value: number; bytes: number } | undefined, Uint8Array> {
  const first = (yield { take: 1 })[0] ?? 0;
  const bytes = Math.clz32(first) - 23;
  if (bytes > 8) return undefined;
  let value = isLength ? first & (2 ** (8 - bytes) - 1) : first;
  if (bytes > 1) for (const byte of yield { take: bytes - 1 }) value = value * 256 + byte;
  return { value, bytes };
}

/** Ogg pages (RFC 3533). */
function* walkOgg(seen: Seen): Walk {
  for (;;) {
    const header = yield { take: 27 };
    if (ascii(header, 0, 4) !== 'OggS') return;
    seen.isCut = true;
    const segments = header[26] ?? 0;
    const laces = segments === 0 ? new Uint8Array(0) : yield { take: segments };
    let length = 0;
    for (const lace of laces) length += lace;
    const position = header.subarray(6, 14);
    if (position.some((byte) => byte !== 0) && position.some((byte) => byte !== 0xff)) seen.isBare = false;
    yield { skip: length };
    seen.isCut = false;
  }
}

/** MPEG layer III frames; a Xing/Info header in the first one counts the frames. */
function* walkMp3(seen: Seen): Walk {
  let isFirst = true;
  for (;;) {
    const start = yield { take: 4 };
    if (ascii(start, 0, 3) === 'ID3') {
      const rest = yield { take: 6 };
      let length = 0;
      for (const byte of rest.subarray(2)) length = length * 128 + (byte & 0x7f);
      seen.isCut = true;
      yield { skip: length + ((rest[1] ?? 0) & 0x10 ? 10 : 0) };
      seen.isCut = false;
      continue;
    }
    const frame = mp3Frame(start, 0);
    if (frame === undefined || frame.bytes < 5) return;
    seen.isCut = true;
    if (isFirst) {
      isFirst = false;
      const body = yield { take: frame.bytes - 4 };
      const tag = frame.sideEnd - 4;
      const isTagged = ascii(body, tag, 4) === 'Xing' || ascii(body, tag, 4) === 'Info';
      if (isTagged && big32(body, tag + 4) % 2 === 1) {
        const frames = big32(body, tag + 8);
        if (frames > 0) seen.declaredMs = Math.floor((frames * frame.samples * 1000) / frame.sampleRate);
      }
      if (!isTagged) seen.isBare = false;
    } else {
      seen.isBare = false;
      yield { skip: frame.bytes - 4 };
    }
    seen.isCut = false;
  }
}

/** FLAC metadata blocks (RFC 9639); STREAMINFO counts the samples. */
function* walkFlac(seen: Seen, sizeBytes: number): Walk {
  let at = 4;
  const magic = yield { take: 4 };
  if (ascii(magic, 0, 3) === 'ID3') {
    const rest = yield { take: 6 };
    let length = 0;
    for (const byte of rest.subarray(2)) length = length * 128 + (byte & 0x7f);
    yield { skip: length };
    yield { take: 4 };
    at += 10 + length;
  }
  for (;;) {
    const header = yield { take: 4 };
    const length = big32(header, 0) % 2 ** 24;
    at += 4 + length;
    seen.isCut = at > sizeBytes;
    if (((header[0] ?? 0) & 0x7f) === 0 && length >= 18) {
      const info = yield { take: length };
      const sampleRate = ((info[10] ?? 0) << 12) | ((info[11] ?? 0) << 4) | ((info[12] ?? 0) >> 4);
      const samples = ((info[13] ?? 0) & 15) * 2 ** 32 + big32(info, 14);
      if (samples > 0 && sampleRate > 0) seen.declaredMs = Math.floor((samples * 1000) / sampleRate);
    } else yield { skip: length };
    if ((header[0] ?? 0) >= 0x80) break;
  }
  seen.isBare = at >= sizeBytes;
}

const amrFrames = {
  narrow: [12, 13, 15, 17, 19, 20, 26, 31, 5, undefined, undefined, undefined, undefined, undefined, 0, 0],
  wide: [17, 23, 32, 36, 40, 46, 50, 58, 60, 5, undefined, undefined, undefined, undefined, 0, 0],
};

/** AMR and AMR-WB storage format (RFC 4867, section 5). */
function* walkAmr(seen: Seen): Walk {
  const magic = yield { take: 6 };
  const isWide = ascii(magic, 0, 6) === '#!AMR-';
  if (isWide) yield { take: 3 };
  for (;;) {
    const header = (yield { take: 1 })[0] ?? 0;
    const length = amrFrames[isWide ? 'wide' : 'narrow'][(header >> 3) & 15];
    if (length === undefined) return;
    seen.isCut = length > 0;
    yield { skip: length };
    seen.isCut = false;
    seen.isBare = false;
  }
}

function ascii(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}

function big32(bytes: Uint8Array, at: number): number {
  return (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;
}

function little32(bytes: Uint8Array, at: number): number {
  return (((bytes[at + 3] ?? 0) << 24) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at] ?? 0)) >>> 0;
}
