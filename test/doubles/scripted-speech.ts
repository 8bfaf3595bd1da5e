import type { ObjectStore } from '../../services/kernel/index.ts';
import type {
  AudioDecoder,
  RecognisedWindow,
  Recogniser,
  Recording,
  RenditionEncoder,
  SpeechRegion,
  SpeechWindow,
  VoiceActivity,
  WindowAnswers,
} from '../../transcribe/index.ts';

/** One thing said in a scripted call, in seconds. */
export interface Said {
  readonly channel: 0 | 1;
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly language?: 'zh' | 'en';
  readonly confidence?: number;
}

export interface ScriptedCall {
  readonly seconds: number;
  readonly channels: 1 | 2;
  readonly said: readonly Said[];
}

const rate = 16_000;
/** Every thing said has a level of its own, so that a window's samples tell the scripted recogniser what is in them. */
const levelOf = (index: number) => 1000 + index * 7;

function soundOf(call: ScriptedCall, channel: number, from: number, length: number): Int16Array {
  const samples = new Int16Array(length);
  call.said.forEach((said, index) => {
    if (said.channel !== channel) return;
    const start = Math.max(from, Math.round(said.from * rate));
    const end = Math.min(from + length, Math.round(said.to * rate));
    const level = levelOf(index);
    for (let at = start; at < end; at += 1) samples[at - from] = at % 2 === 0 ? level : -level;
  });
  return samples;
}

/** A decoder that gives a scripted call's sound, whatever the recording. */
export function scriptedDecoder(
  call: ScriptedCall,
  options: { blockSeconds?: number; onBlock?: (second: number) => void } = {},
): AudioDecoder {
  const step = Math.round((options.blockSeconds ?? 1) * rate);
  return {
    name: 'scripted',
    open: async () => ({
      container: 'wav',
      codec: 'pcm_s16le',
      channels: call.channels,
      sourceSampleRate: 8000,
      blocks: (async function* () {
        const total = Math.round(call.seconds * rate);
        for (let at = 0; at < total; at += step) {
          options.onBlock?.(at / rate);
          const length = Math.min(step, total - at);
          yield Array.from({ length: call.channels }, (_, channel) => soundOf(call, channel, at, length));
        }
      })(),
    }),
  };
}

/** Voice activity by amplitude: what is not zero is speech; reported with 300 ms of delay, in pieces of 30 s at most. */
export const amplitudeVoiceActivity: VoiceActivity = {
  version: 'amplitude-1',
  async open() {
    let at = 0;
    let start = -1;
    let last = -1;
    const close = (regions: SpeechRegion[], end: number) => {
      regions.push({ start, end });
      start = -1;
    };
    return {
      async push(samples) {
        const regions: SpeechRegion[] = [];
        for (let i = 0; i < samples.length; i += 1, at += 1) {
          if (samples[i] !== 0) {
            if (start >= 0 && at - start >= 30 * rate) {
              close(regions, at);
              start = at;
            }
            if (start < 0) start = at;
            last = at;
          } else if (start >= 0 && at - last > 0.3 * rate) close(regions, last + 1);
        }
        return regions;
      },
      async end() {
        const regions: SpeechRegion[] = [];
        if (start >= 0) close(regions, last + 1);
        return regions;
      },
    };
  },
};

/** A recogniser that knows the script by the samples' levels; counts what it is asked. */
export function scriptedRecogniser(call: ScriptedCall, before?: (window: SpeechWindow, asked: number) => Promise<void> | void) {
  const windows: SpeechWindow[] = [];
  const recogniser: Recogniser = {
    engine: { name: 'scripted', model: 'script', version: '1' },
    async recognise(window, signal) {
      windows.push(window);
      await before?.(window, windows.length);
      signal.throwIfAborted();
      return answerFrom(call, window);
    },
  };
  return { recogniser, windows };
}

function answerFrom(call: ScriptedCall, window: SpeechWindow): RecognisedWindow {
  const segments: { text: string; startMs: number; endMs: number; averageLogProbability: number; noSpeechProbability: number }[] =
    [];
  const words: { text: string; startMs: number; endMs: number; confidence: number }[] = [];
  const spans = new Map<number, { start: number; end: number }>();
  for (let i = 0; i < window.samples.length; i += 1) {
    const level = Math.abs(window.samples[i]!);
    if (level === 0) continue;
    const index = Math.round((level - 1000) / 7);
    const span = spans.get(index);
    if (span === undefined) spans.set(index, { start: i, end: i + 1 });
    else span.end = i + 1;
  }
  const languages = new Map<string, number>();
  for (const [index, span] of spans) {
    const said = call.said[index]!;
    const startMs = span.start / 16;
    const endMs = span.end / 16;
    const language = said.language ?? 'en';
    languages.set(language, (languages.get(language) ?? 0) + endMs - startMs);
    const wrong = window.language !== undefined && window.language !== language;
    const confidence = wrong ? 0.2 : (said.confidence ?? 0.9);
    const text = wrong ? ' gibberish' : language === 'en' ? ` ${said.text}` : said.text;
    segments.push({ text, startMs, endMs, averageLogProbability: wrong ? -1.4 : -0.2, noSpeechProbability: 0.01 });
    const parts = text.match(/\p{Script=Han}\P{L}*|\s?[^\s\p{Script=Han}]+/gu) ?? [];
    parts.forEach((part, k) => {
      const each = (endMs - startMs) / parts.length;
      words.push({ text: part, startMs: startMs + k * each, endMs: startMs + (k + 1) * each, confidence });
    });
  }
  const detected = [...languages].toSorted((a, b) => b[1] - a[1])[0]?.[0];
  return { language: window.language ?? detected, text: segments.map((each) => each.text).join(''), segments, words };
}

/** Window answers in memory; `names` tells what was stored, in order. */
export function answersInMemory() {
  const stored = new Map<string, string>();
  const answers: WindowAnswers = {
    get: async (callId, name) => {
      const text = stored.get(`${callId}/${name}`);
      return text === undefined ? undefined : (JSON.parse(text) as RecognisedWindow);
    },
    put: async (callId, name, answer) => {
      const key = `${callId}/${name}`;
      if (!stored.has(key)) stored.set(key, JSON.stringify(answer));
    },
  };
  return { answers, stored };
}

/** A recording whose bytes do not matter. */
export const anyRecording: Recording = {
  sizeBytes: 4,
  async *read() {
    yield new Uint8Array([82, 73, 70, 70]);
  },
};

/** Objects in memory, and how often each was written. */
export function objectsInMemory() {
  const stored = new Map<string, Uint8Array>();
  let puts = 0;
  const objects: ObjectStore = {
    async put(name, body) {
      puts += 1;
      if (stored.has(name)) return 'exists';
      const parts: Uint8Array[] = [];
      if (body instanceof Uint8Array) parts.push(body);
      else for await (const part of body) parts.push(part);
      stored.set(name, Buffer.concat(parts));
      return 'created';
    },
    stat: async (name) => (stored.has(name) ? { name, sizeBytes: stored.get(name)!.length } : undefined),
    read: async (name) => {
      const bytes = stored.get(name);
      return bytes === undefined
        ? undefined
        : (async function* () {
            yield bytes;
          })();
    },
    async *list(prefix) {
      for (const [name, bytes] of [...stored].toSorted()) if (name.startsWith(prefix)) yield { name, sizeBytes: bytes.length };
    },
    async delete(name) {
      stored.delete(name);
    },
  };
  return { objects, stored, puts: () => puts };
}

/** An encoder that writes the samples down as they are. */
export const plainEncoder: RenditionEncoder = {
  name: 'plain-1',
  async *encode(_channels, blocks) {
    for await (const block of blocks) for (const samples of block) yield new Uint8Array(samples.slice().buffer);
  },
};
