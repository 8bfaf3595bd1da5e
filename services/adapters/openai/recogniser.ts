import OpenAI, { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError, toFile } from 'openai';
import { ZodError } from 'zod';
import type { Recogniser, RecognisedWindow, SpeechWindow } from '../../../transcribe/index.ts';
import { dependencyAway, Failure } from '../../kernel/index.ts';
import { cutOnSilence } from './cut-on-silence.ts';
import { answerSchema, joinAnswers, readAnswer } from './transcription-answer.ts';
import { encodeWav, samplesWithin } from './wav.ts';

/** Where an endpoint answers. A key of undefined is for endpoints that want none. */
export interface RecogniserAddress {
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
}

export interface OpenAiRecogniserOptions {
  /** Fixed, or asked for before every window (an endpoint that may come back on another port). */
  readonly address: RecogniserAddress | ((signal: AbortSignal) => Promise<RecogniserAddress>);
  readonly model: string;
  /** Engine's name for the recipe, such as `faster-whisper`. */
  readonly name?: string | undefined;
  /** What else decides its answers: hash of the weights, release of the service. A new value recognises everything anew. */
  readonly version?: string | undefined;
  /** For one attempt, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** Attempts after the first, with pauses as the endpoint asks (Retry-After) or growing ones. */
  readonly retries?: number | undefined;
  /** Largest file the endpoint takes; longer windows are cut on silence. OpenAI's limit is 25 MB. */
  readonly maxFileBytes?: number | undefined;
  /** `verbose_json` gives times; `json` is for models that give text alone (times are then interpolated over the window). */
  readonly format?: 'verbose_json' | 'json' | undefined;
  /** Told when an attempt had no answer in time. */
  readonly onTimeout?: (() => void) | undefined;
}

/** The recogniser over any endpoint that speaks OpenAI's `/v1/audio/transcriptions`, at temperature 0. */
export function openAiRecogniser(options: OpenAiRecogniserOptions): Recogniser {
  const { address, model, maxFileBytes = 25_000_000 } = options;
  const most = samplesWithin(maxFileBytes);
  let client: { readonly of: RecogniserAddress; readonly openai: OpenAI } | undefined;

  async function connect(signal: AbortSignal): Promise<OpenAI> {
    const now = typeof address === 'function' ? await address(signal) : address;
    if (client?.of.baseUrl !== now.baseUrl || client.of.apiKey !== now.apiKey)
      client = { of: now, openai: clientFor(now, options) };
    return client.openai;
  }

  async function ask(window: SpeechWindow, signal: AbortSignal): Promise<RecognisedWindow> {
    const openai = await connect(signal);
    const { samples, sampleRate, language, prompt } = window;
    const verbose = (options.format ?? 'verbose_json') === 'verbose_json';
    try {
      const answer: unknown = await openai.audio.transcriptions.create(
        {
          file: await toFile(encodeWav(samples, sampleRate), 'window.wav', { type: 'audio/wav' }),
          model,
          temperature: 0,
          response_format: verbose ? 'verbose_json' : 'json',
          ...(verbose ? { timestamp_granularities: ['word', 'segment'] } : {}),
          ...(language === undefined ? {} : { language }),
          ...(prompt === undefined ? {} : { prompt }),
        },
        { signal },
      );
      const durationMs = Math.floor((samples.length * 1000) / sampleRate);
      return readAnswer(answerSchema.parse(answer), durationMs);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof APIConnectionTimeoutError) options.onTimeout?.();
      throw failureOf(error, options);
    }
  }

  return {
    engine: { name: options.name ?? 'openai-compatible', model, version: options.version ?? '1' },
    async recognise(window, signal) {
      const parts: { offsetMs: number; answer: RecognisedWindow }[] = [];
      for (const { start, end } of cutOnSilence(window.samples, most)) {
        const answer = await ask({ ...window, samples: window.samples.subarray(start, end) }, signal);
        parts.push({ offsetMs: Math.round((start * 1000) / window.sampleRate), answer });
      }
      return joinAnswers(parts);
    },
  };
}

/** Everything is given: the package would otherwise read keys, organisations and addresses from the environment. */
function clientFor(address: RecogniserAddress, options: OpenAiRecogniserOptions): OpenAI {
  return new OpenAI({
    baseURL: address.baseUrl,
    apiKey: address.apiKey ?? 'none',
    organization: null,
    project: null,
    webhookSecret: null,
    timeout: options.timeoutMs ?? 120_000,
    maxRetries: options.retries ?? 2,
    logLevel: 'off',
  });
}

/** The endpoint's failure in our words; its own text stays in `cause`, since it may quote what was said. */
function failureOf(error: unknown, options: OpenAiRecogniserOptions): unknown {
  const away = (message: string, retryAfterMs?: number): Failure => dependencyAway('recogniser', message, error, retryAfterMs);
  if (error instanceof Failure) return error;
  if (error instanceof APIConnectionTimeoutError)
    return away(`The recogniser gave no answer within ${Math.round((options.timeoutMs ?? 120_000) / 1000)} s.`);
  if (error instanceof APIUserAbortError || error instanceof APIConnectionError)
    return away('The recogniser cannot be reached (recogniser.baseUrl).');
  if (error instanceof APIError) return failureOfStatus(error, away);
  // What is left is an answer that broke off, is no JSON, or has not the shape of a transcription.
  if (error instanceof SyntaxError || error instanceof TypeError || error instanceof ZodError)
    return away("The recogniser's answer cannot be read: it is cut short, or not a transcription.");
  return error;
}

function failureOfStatus(error: APIError, away: (message: string, retryAfterMs?: number) => Failure): Failure {
  const status: number | undefined = error.status;
  const configured = (code: string, message: string): Failure =>
    new Failure({ code, message, retryable: true, failureCause: 'dependency', dependency: 'recogniser', cause: error });
  if (status === 401 || status === 403)
    return configured('recogniser.key-refused', 'The recogniser refuses the key (recogniser.apiKey).');
  if (status === 404)
    return configured(
      'recogniser.not-found',
      'The recogniser has no such model or address (recogniser.model, recogniser.baseUrl).',
    );
  if (status === 429) return away('The recogniser has too much to do (429).', retryAfterMs(error));
  if (status === undefined || status >= 500 || status === 408 || status === 409)
    return away(`The recogniser has a fault of its own (${status ?? 'no status'}).`, retryAfterMs(error));
  return new Failure({
    code: 'recogniser.window-refused',
    message: `The recogniser does not take this stretch of the recording (${status}).`,
    retryable: false,
    cause: error,
  });
}

/** Retry-After in milliseconds, at most an hour: seconds or a date (RFC 9110), or the package's own milliseconds. */
function retryAfterMs(error: APIError): number | undefined {
  const headers: Headers | undefined = error.headers;
  const milliseconds = Number(headers?.get('retry-after-ms') ?? Number.NaN);
  const text = headers?.get('retry-after') ?? '';
  const asked = Number.isFinite(milliseconds)
    ? milliseconds
    : /^\d+(\.\d+)?$/.test(text)
      ? Number(text) * 1000
      : Date.parse(text) - Date.now();
  return Number.isFinite(asked) && asked >= 0 ? Math.min(Math.round(asked), 3_600_000) : undefined;
}
