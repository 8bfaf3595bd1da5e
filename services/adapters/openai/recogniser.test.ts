import { createServer } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { expectWellFormed, recogniserContract } from '../../../test/contracts/recogniser.ts';
import { guangzhou, joined, noise, silence, wizard } from '../../../test/fixtures/speech/clips.ts';
import { type SpeechStub, startSpeechStub, type StubFault, type StubRequest } from '../../../test/servers/speech-stub.ts';
import type { Recogniser, SpeechWindow } from '../../../transcribe/index.ts';
import { Failure } from '../../kernel/index.ts';
import { cutOnSilence } from './cut-on-silence.ts';
import { languageCode } from './language-code.ts';
import { openAiRecogniser, type OpenAiRecogniserOptions } from './recogniser.ts';
import { readAnswer } from './transcription-answer.ts';
import { encodeWav } from './wav.ts';

const never = new AbortController().signal;
let stub: SpeechStub;
let asked: StubRequest[] = [];

beforeAll(async () => {
  stub = await startSpeechStub({
    delayMs: 20,
    onRequest: (request) => asked.push(request),
  });
});
beforeEach(() => {
  asked = [];
});
afterAll(async () => await stub.close());

const over = (more: Partial<OpenAiRecogniserOptions> = {}): Recogniser =>
  openAiRecogniser({ address: { baseUrl: stub.baseUrl, apiKey: stub.apiKey }, model: stub.model, retries: 0, ...more });
const window = (samples = wizard(), more: Partial<SpeechWindow> = {}): SpeechWindow => ({
  samples,
  sampleRate: 16_000,
  language: 'en',
  ...more,
});

recogniserContract('an endpoint of the protocol (stub)', () => over());

async function failureWith(fault: StubFault, more: Partial<OpenAiRecogniserOptions> = {}): Promise<Failure> {
  stub.failNext(fault);
  const error: unknown = await over(more)
    .recognise(window(), never)
    .catch((thrown: unknown) => thrown);
  if (!(error instanceof Failure)) throw new Error(`no Failure came out of ${JSON.stringify(fault)}`);
  return error;
}

describe('what is asked of the endpoint', () => {
  test('temperature 0, words and segments, language and prompt as given, the samples as they are', async () => {
    await over().recognise(window(guangzhou(), { language: 'zh', prompt: '您好' }), never);
    expect(asked.at(-1)).toMatchObject({
      temperature: '0',
      language: 'zh',
      prompt: '您好',
      model: 'stub',
      granularities: ['word', 'segment'],
    });
    expect(asked.at(-1)?.samples).toEqual(guangzhou());
  });

  test('nothing of the environment goes along', async () => {
    process.env['OPENAI_ORG_ID'] = 'somebody';
    process.env['OPENAI_BASE_URL'] = 'http://127.0.0.1:9';
    try {
      expect((await over().recognise(window(), never)).text).not.toBe('');
    } finally {
      delete process.env['OPENAI_ORG_ID'];
      delete process.env['OPENAI_BASE_URL'];
    }
  });

  test('an address that changes is asked for anew before every window', async () => {
    const other = await startSpeechStub({ script: () => [{ word: 'other', start: 0, end: 1 }] });
    const addresses = [stub, other];
    const recogniser = over({
      address: async () => {
        const { baseUrl, apiKey } = addresses.shift() ?? stub;
        return { baseUrl, apiKey };
      },
    });
    const first = await recogniser.recognise(window(), never);
    expect((await recogniser.recognise(window(), never)).text).toBe('other');
    expect(first.text).not.toBe('other');
    await other.close();
  });
});

describe('what goes wrong', () => {
  test.each<[string, StubFault, object]>([
    ['429 with Retry-After', { status: 429, retryAfter: '7' }, { failureCause: 'dependency', retryAfterMs: 7_000 }],
    ['429 without', { status: 429 }, { failureCause: 'dependency', retryAfterMs: undefined }],
    ['500', { status: 500 }, { failureCause: 'dependency' }],
    ['503 with Retry-After', { status: 503, retryAfter: '2' }, { failureCause: 'dependency', retryAfterMs: 2_000 }],
    ['a connection that breaks', 'die', { failureCause: 'dependency' }],
    ['JSON that ends in the middle', 'truncated', { failureCause: 'dependency' }],
    ['an answer that is no JSON', 'not-json', { failureCause: 'dependency' }],
    ['401', { status: 401 }, { code: 'recogniser.key-refused', failureCause: 'dependency' }],
    ['404', { status: 404 }, { code: 'recogniser.not-found', failureCause: 'dependency' }],
    ['400', { status: 400 }, { code: 'recogniser.window-refused', failureCause: 'input', retryable: false }],
    ['413', { status: 413 }, { code: 'recogniser.window-refused', failureCause: 'input', retryable: false }],
  ])('%s is told in our own words, and what the endpoint said stays out of them', async (_, fault, expected) => {
    const failure = await failureWith(fault);
    expect(failure).toMatchObject({
      retryable: true,
      ...('failureCause' in expected && expected.failureCause === 'dependency' ? { dependency: 'recogniser' } : {}),
      ...expected,
    });
    expect(failure.message).not.toMatch(/4111|card/);
  });

  test('an endpoint that never answers is a dependency that is away, and is reported', async () => {
    let timeouts = 0;
    const failure = await failureWith('hang', { timeoutMs: 150, onTimeout: () => (timeouts += 1) });
    expect(failure).toMatchObject({ code: 'recogniser.away', dependency: 'recogniser', retryable: true });
    expect(timeouts).toBe(1);
  });

  test('an endpoint that is not there is a dependency that is away', async () => {
    const port = await freePort();
    const recogniser = over({ address: { baseUrl: `http://127.0.0.1:${port}/v1` } });
    await expect(recogniser.recognise(window(), never)).rejects.toMatchObject({
      code: 'recogniser.away',
      dependency: 'recogniser',
    });
  });

  test('a busy endpoint is asked again after the pause that it wants', async () => {
    stub.failNext({ status: 429, retryAfter: '0' }, { status: 503, retryAfter: '0' });
    const answer = await over({ retries: 2 }).recognise(window(), never);
    expectWellFormed(answer, wizard());
    expect(answer.words.length).toBeGreaterThan(0);
  });

  test('a hanging request ends with its abort', async () => {
    stub.failNext('hang');
    const abort = new AbortController();
    const running = over().recognise(window(), abort.signal);
    setTimeout(() => abort.abort(new Error('stop')), 50);
    await expect(running).rejects.toThrow('stop');
  });
});

describe('endpoints that answer less, or oddly', () => {
  test('segments and no words', async () => {
    stub.failNext('segments-only');
    const answer = await over().recognise(window(), never);
    expect(answer.words).toEqual([]);
    expect(answer.segments).toHaveLength(1);
    expectWellFormed(answer, wizard());
  });

  test('text alone becomes one segment over the window', async () => {
    stub.failNext('text-only');
    const answer = await over({ format: 'json' }).recognise(window(), never);
    expect(answer.segments).toEqual([{ text: answer.text, startMs: 0, endMs: 5_000 }]);
    expect(asked.at(-1)?.granularities).toEqual([]);
  });

  test('words without times, and times outside the window', async () => {
    stub.failNext('odd-times');
    const answer = await over().recognise(window(), never);
    expect(answer.words.length).toBeGreaterThan(8);
    expectWellFormed(answer, wizard());
  });

  test('words inside segments, other names, a probability over 1', () => {
    const answer = readAnswer(
      {
        text: 'good day',
        language: 'English',
        segments: [
          { text: 'good', start: 0, end: 1, words: [{ text: 'good', start: 0.1, end: 0.5, score: 1.2 }] },
          { text: 'day' },
        ],
      },
      2_000,
    );
    expect(answer).toMatchObject({
      language: 'en',
      segments: [
        { text: 'good', startMs: 0, endMs: 1_000 },
        { text: ' day', startMs: 1_000, endMs: 2_000 },
      ],
      words: [{ text: 'good', startMs: 100, endMs: 500, confidence: 1 }],
    });
  });

  test('whatever the times are, words stay in order within the window', () => {
    const time = fc.option(fc.oneof(fc.double(), fc.double({ min: 0, max: 30, noNaN: true })), { nil: null });
    const words = fc.array(fc.record({ word: fc.constantFrom(' a', 'b', ' '), start: time, end: time, probability: time }));
    fc.assert(
      fc.property(words, (given) => {
        const text = given
          .map(({ word }) => word)
          .join('')
          .trim();
        const answer = readAnswer({ text, language: null, words: given }, 28_000);
        expectWellFormed(answer, new Int16Array(28 * 16_000));
      }),
      { numRuns: 300 * Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1) },
    );
  });
});

describe('an endpoint with a size limit', () => {
  test('gets pieces cut on silence; times are those of the whole', async () => {
    const samples = joined(wizard(), silence(1), guangzhou(), silence(1), wizard());
    const answer = await over({ maxFileBytes: 44 + 2 * 16_000 * 7 }).recognise(window(samples), never);
    expect(asked.length).toBeGreaterThanOrEqual(3);
    expect(joined(...asked.map((request) => request.samples))).toEqual(samples);
    for (const request of asked) expect(request.samples.length).toBeLessThanOrEqual(7 * 16_000);
    expectWellFormed(answer, samples);
    expect(answer.words.at(-1)?.startMs).toBeGreaterThan(14_000);
    expect(answer.segments).toHaveLength(asked.length);
  });

  test('a cut is at the quietest place of the last two fifths, and nothing is lost', () => {
    const loud = noise(8, 9_000);
    const samples = joined(loud, silence(0.3), loud);
    expect(cutOnSilence(samples, 10 * 16_000)).toEqual([
      { start: 0, end: 8 * 16_000 + 800 },
      { start: 8 * 16_000 + 800, end: samples.length },
    ]);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: 3_200, max: 20_000 }), (length, most) => {
        const pieces = cutOnSilence(loud.subarray(0, length), most);
        expect(pieces[0]?.start).toBe(0);
        expect(pieces.at(-1)?.end).toBe(length);
        for (const [index, { start, end }] of pieces.entries()) {
          expect(end - start).toBeLessThanOrEqual(most);
          if (index > 0) expect(start).toBe(pieces[index - 1]?.end);
        }
      }),
      { numRuns: 50 * Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1) },
    );
  });
});

test('a WAV file in memory is 44 bytes of header and the samples', () => {
  const wav = Buffer.from(encodeWav(Int16Array.of(1, -2, 32_767), 16_000));
  expect(wav.length).toBe(50);
  expect(wav.toString('latin1', 0, 4) + wav.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ');
  expect([wav.readUInt32LE(4), wav.readUInt32LE(24), wav.readUInt32LE(40)]).toEqual([42, 16_000, 6]);
  expect([wav.readInt16LE(44), wav.readInt16LE(46), wav.readInt16LE(48)]).toEqual([1, -2, 32_767]);
});

test('a language has one code, whatever an endpoint calls it', () => {
  for (const name of ['chinese', 'Chinese', 'zh', 'zh-CN', 'zh_TW', 'ZH', 'mandarin', 'cmn', 'cantonese', 'yue'])
    expect(languageCode(name)).toBe('zh');
  for (const name of ['english', 'en', 'en-GB', 'eng']) expect(languageCode(name)).toBe('en');
  expect([languageCode('japanese'), languageCode('haitian creole'), languageCode('norwegian')]).toEqual(['ja', 'ht', 'no']);
  for (const nothing of ['', undefined, null, 'klingon', 'x']) expect(languageCode(nothing)).toBeUndefined();
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 9;
}
