import type { StubRequest, StubWord } from '../servers/speech-stub.ts';

/** What is said in one channel of a recording, as a recogniser that errs nowhere would hear it. */
export interface HeardChannel {
  /** 16 kHz, as the product decodes it. */
  readonly samples: Int16Array;
  readonly words: readonly HeardAt[];
}

export interface HeardAt {
  readonly text: string;
  /** Milliseconds from the recording's start. */
  readonly startMs: number;
  readonly endMs: number;
}

const probe = 800;
const perMs = 16;

/**
 * A script for the stub recogniser that knows the recordings: it finds a window's place by its samples, and says the words that
 * are spoken there at their times. A word belongs to the window that holds its middle.
 */
export function recordingsScript(channels: readonly HeardChannel[]): (request: StubRequest) => StubWord[] {
  const sounds = channels.map(({ samples }) => Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength));
  return ({ samples }) => {
    const at = loudestPlace(samples);
    const piece = samples.slice(at, at + probe);
    const bytes = Buffer.from(piece.buffer);
    for (const [index, sound] of sounds.entries()) {
      const found = placeOf(sound, bytes);
      if (found === undefined) continue;
      const start = found - at;
      const end = start + samples.length;
      return channels[index]!.words.filter(({ startMs, endMs }) => within(((startMs + endMs) / 2) * perMs, start, end)).map(
        ({ text, startMs, endMs }) => ({
          word: text,
          start: Math.max(0, startMs * perMs - start) / 16_000,
          end: Math.min(samples.length, endMs * perMs - start) / 16_000,
          probability: 0.95,
        }),
      );
    }
    return [];
  };
}

const within = (value: number, start: number, end: number): boolean => value >= start && value < end;

/** In samples; only even byte places are samples. */
function placeOf(sound: Buffer, piece: Buffer): number | undefined {
  for (let at = sound.indexOf(piece); at >= 0; at = sound.indexOf(piece, at + 1)) if (at % 2 === 0) return at / 2;
  return undefined;
}

function loudestPlace(samples: Int16Array): number {
  let best = 0;
  let most = -1;
  for (let at = 0; at + probe <= samples.length; at += probe) {
    let sum = 0;
    for (let index = at; index < at + probe; index++) sum += Math.abs(samples[index]!);
    if (sum > most) [best, most] = [at, sum];
  }
  return best;
}

/** Words as a recogniser cuts them (a Han character or a spelt word each), spread evenly over a stretch. */
export function spokenOver(text: string, startMs: number, endMs: number): HeardAt[] {
  const parts = text.match(/\p{Script=Han}[^\p{L}\p{N}]*|\s?[^\s\p{Script=Han}]+\s*(?=\s|$)|\s?[^\s\p{Script=Han}]+/gu) ?? [];
  const each = (endMs - startMs) / parts.length;
  return parts.map((part, index) => ({
    text: part,
    startMs: Math.round(startMs + index * each),
    endMs: Math.round(startMs + (index + 1) * each),
  }));
}
