import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** One word of a scripted answer; seconds from the window's start. */
export interface StubWord {
  readonly word: string;
  readonly start: number;
  readonly end: number;
  readonly probability?: number;
}

/** What a request was, as far as tests want to know. */
export interface StubRequest {
  readonly samples: Int16Array;
  readonly language: string | undefined;
  readonly prompt: string | undefined;
  readonly model: string | undefined;
  readonly temperature: string | undefined;
  readonly granularities: readonly string[];
  /** Hex SHA-256 of the PCM. */
  readonly hash: string;
}

/**
 * What goes wrong with a request. `die` breaks the connection without an answer; `hang` never answers; `truncated` ends the
 * JSON in the middle; `segments-only` and `text-only` leave out words, or words and segments.
 */
export type StubFault =
  | { readonly status: number; readonly retryAfter?: string }
  | 'hang'
  | 'die'
  | 'truncated'
  | 'not-json'
  | 'segments-only'
  | 'text-only'
  | 'odd-times';

export interface SpeechStubOptions {
  readonly port?: number;
  /** The words for a window. Undefined: words that follow from the samples' hash. */
  readonly script?: (request: StubRequest) => readonly StubWord[];
  /** Asked for each request, in order of arrival, from 0; undefined: none. */
  readonly fault?: (index: number, request: StubRequest) => StubFault | undefined;
  /** Told of every transcription that is asked for. */
  readonly onRequest?: (request: StubRequest) => void;
  /** Pretended computing time of each request, in milliseconds. */
  readonly delayMs?: number;
}

export interface SpeechStub {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly model: string;
  /** How many transcriptions were asked for so far. */
  readonly count: number;
  /** Faults for the coming requests instead of `options.fault`; consumed in order. */
  failNext(...faults: readonly StubFault[]): void;
  close(): Promise<void>;
}

const english =
  'thank you for calling the bank how can I help today please tell me your name and date of birth your card will arrive within five working days is there anything else good bye'.split(
    ' ',
  );
const chinese = '您好请问有什么可以帮您我想查询一下我的账户余额请您提供身份证号码好的谢谢再见'.split('');

/**
 * A recogniser that answers at once and always the same: it speaks the transcription interface on loopback, and takes its words
 * from a script, or from the samples (a word for each 0.4 s that is not digital silence, chosen by the hash of that stretch).
 */
export async function startSpeechStub(options: SpeechStubOptions = {}): Promise<SpeechStub> {
  const apiKey = 'stub-key';
  const model = 'stub';
  let count = 0;
  const queued: StubFault[] = [];
  const sockets = new Set<Socket>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!authorised(request, apiKey)) return send(response, 401, errorBody('invalid_api_key'));
    if (request.method === 'GET' && request.url === '/v1/models')
      return send(response, 200, { object: 'list', data: [{ id: model, object: 'model' }] });
    if (request.method !== 'POST' || request.url !== '/v1/audio/transcriptions')
      return send(response, 404, errorBody('not_found'));
    const asked = await readRequest(request);
    if (asked === undefined) return send(response, 400, errorBody('undecodable_audio'));
    options.onRequest?.(asked);
    const fault = queued.shift() ?? options.fault?.(count, asked);
    count += 1;
    if (options.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, options.delayMs));
    if (fault === 'hang') return;
    if (fault === 'die') return void request.socket.destroy();
    if (typeof fault === 'object')
      return send(
        response,
        fault.status,
        errorBody('stub_fault'),
        fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter },
      );
    if (fault === 'not-json') return send(response, 200, 'it went well', { 'content-type': 'application/json' });
    const body = JSON.stringify(bodyOf(asked, (options.script ?? wordsOfSamples)(asked), fault));
    if (fault !== 'truncated') return send(response, 200, body);
    send(response, 200, body.slice(0, Math.floor(body.length / 2)));
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => request.socket.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    apiKey,
    model,
    get count() {
      return count;
    },
    failNext: (...faults) => void queued.push(...faults),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function authorised(request: IncomingMessage, apiKey: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? '');
  const want = Buffer.from(`Bearer ${apiKey}`);
  return given.length === want.length && timingSafeEqual(given, want);
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(text);
}

/** Quotes content on purpose: an adapter must not pass it on. */
function errorBody(code: string): unknown {
  return { error: { message: 'could not process "my card is 4111 1111 1111 1111"', type: 'stub', param: null, code } };
}

async function readRequest(request: IncomingMessage): Promise<StubRequest | undefined> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  const form = await new Response(Buffer.concat(chunks), {
    headers: { 'content-type': request.headers['content-type'] ?? '' },
  }).formData();
  const file = form.get('file');
  if (!(file instanceof Blob)) return undefined;
  const bytes = Buffer.from(await file.arrayBuffer());
  if (bytes.length < 44 || bytes.toString('latin1', 0, 4) !== 'RIFF') return undefined;
  const pcm = bytes.subarray(44);
  const samples = new Int16Array(pcm.length >> 1);
  for (let index = 0; index < samples.length; index++) samples[index] = pcm.readInt16LE(index * 2);
  const text = (name: string): string | undefined => {
    const value = form.get(name);
    return typeof value === 'string' ? value : undefined;
  };
  return {
    samples,
    language: text('language'),
    prompt: text('prompt'),
    model: text('model'),
    temperature: text('temperature'),
    granularities: form.getAll('timestamp_granularities[]').map(String),
    hash: createHash('sha256').update(pcm).digest('hex'),
  };
}

const stepSamples = 6_400;

function wordsOfSamples({ samples, language }: StubRequest): StubWord[] {
  const vocabulary = language === 'zh' ? chinese : english;
  const words: StubWord[] = [];
  for (let start = 0; start < samples.length; start += stepSamples) {
    const step = samples.subarray(start, Math.min(samples.length, start + stepSamples));
    if (step.every((sample) => sample === 0)) continue;
    const digest = createHash('sha256')
      .update(new Uint8Array(step.buffer, step.byteOffset, step.byteLength))
      .digest();
    words.push({
      word: vocabulary[digest.readUInt32LE(0) % vocabulary.length] ?? '',
      start: start / 16_000,
      end: (start + step.length) / 16_000,
      probability: 0.5 + (digest.readUInt8(4) % 500) / 1000,
    });
  }
  return words;
}

function bodyOf(request: StubRequest, words: readonly StubWord[], fault: StubFault | undefined): unknown {
  const text = words.map(({ word }) => word).join(request.language === 'zh' ? '' : ' ');
  const duration = request.samples.length / 16_000;
  const segment = {
    id: 0,
    start: words[0]?.start ?? 0,
    end: words.at(-1)?.end ?? duration,
    text,
    avg_logprob: -0.3,
    no_speech_prob: 0.01,
    compression_ratio: 1.2,
  };
  const body = { task: 'transcribe', language: request.language === 'zh' ? 'chinese' : 'english', duration, text };
  if (fault === 'text-only') return { text };
  const segments = words.length === 0 ? [] : [segment];
  if (fault === 'segments-only') return { ...body, segments };
  const odd = words.map((word, index) => (index % 2 === 0 ? { ...word, start: -1, end: 9_999 } : { word: word.word }));
  return { ...body, segments, words: fault === 'odd-times' ? odd : words };
}
