import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recogniserContract } from '../../../test/contracts/recogniser.ts';
import { guangzhou, wizard } from '../../../test/fixtures/speech/clips.ts';
import { localSpeechHome } from '../../../test/servers/local-speech.ts';
import { packageRoot } from '../../kernel/package-root.ts';
import { identityOf, isAlive } from '../data-home/process-identity.ts';
import { openAiRecogniser } from '../openai/index.ts';
import { encodeWav } from '../openai/wav.ts';
import { stopLeftRecognisers } from './leftovers.ts';
import { type LocalEndpoint, type LocalEndpointEvent, type LocalEndpointOptions, startLocalEndpoint } from './local-endpoint.ts';
import type { SpeechHome } from './provision.ts';

async function until(holds: () => boolean): Promise<void> {
  for (let count = 0; count < 800 && !holds(); count++) await sleep(25);
  expect(holds()).toBe(true);
}

describe('supervision', () => {
  let base: string;
  let endpoint: LocalEndpoint | undefined;
  let events: LocalEndpointEvent[];
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'plumbline endpoint-'));
    events = [];
  });
  afterEach(async () => {
    await endpoint?.stop();
    endpoint = undefined;
    rmSync(base, { recursive: true, force: true });
  });

  /** A server that stands in for the recogniser: `body` runs with its settings in `settings`, after noting its start. */
  function start(body: string, more: Partial<LocalEndpointOptions> = {}): LocalEndpoint {
    writeFileSync(
      join(base, 'server.mjs'),
      `import { appendFileSync, readFileSync } from 'node:fs';
       import { createServer } from 'node:http';
       import { createInterface } from 'node:readline';
       const starts = () => readFileSync(${JSON.stringify(join(base, 'starts'))}, 'utf8').trim().split('\\n').length;
       appendFileSync(${JSON.stringify(join(base, 'starts'))}, process.pid + '\\n');
       const serve = () => {
         const server = createServer((request, response) => response.end('{}'));
         server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port }).replace(':', ': ')));
       };
       const lines = createInterface({ input: process.stdin });
       lines.on('close', () => process.exit(0));
       lines.once('line', (line) => { const settings = JSON.parse(line); ${body} });`,
    );
    const python = join(base, 'python');
    writeFileSync(python, `#!/bin/sh\nexec '${process.execPath}' '${join(base, 'server.mjs')}'\n`);
    chmodSync(python, 0o755);
    const home: SpeechHome = { folder: base, python, modelName: 'm', modelFolder: base, version: '1' };
    return (endpoint = startLocalEndpoint({ home, onEvent: (event) => events.push(event), ...more }));
  }
  const starts = (): number => readFileSync(join(base, 'starts'), 'utf8').trim().split('\n').length;

  test('the address is there when the server is ready; the key goes neither by command line nor by environment', async () => {
    const running = start(
      `appendFileSync(${JSON.stringify(join(base, 'seen'))}, JSON.stringify({ settings, arguments: process.argv, environment: process.env })); setTimeout(serve, 100);`,
      { threads: 2, parallel: 3 },
    );
    const { baseUrl, apiKey } = await running.address();
    expect(baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
    expect(await (await fetch(baseUrl)).text()).toBe('{}');
    const seen = JSON.parse(readFileSync(join(base, 'seen'), 'utf8')) as {
      settings: object;
      arguments: unknown;
      environment: unknown;
    };
    expect(seen.settings).toMatchObject({ key: apiKey, threads: 2, parallel: 3, memory_bytes: 2 * 1024 ** 3 });
    expect(apiKey.length).toBeGreaterThan(40);
    expect(JSON.stringify([seen.arguments, seen.environment])).not.toContain(apiKey);
  });

  test('a server that dies is started again, with a growing pause; who asks meanwhile waits', async () => {
    const running = start('starts() < 3 ? process.exit(7) : serve();');
    await running.address();
    expect(starts()).toBe(3);
    const deaths = events.filter(({ event }) => event === 'recogniser.died');
    expect(deaths).toMatchObject([
      { reason: 'ended with exit code 7', againInMs: 200 },
      { reason: 'ended with exit code 7', againInMs: 400 },
    ]);
    const before = running.pid ?? 0;
    process.kill(before, 'SIGKILL');
    await until(() => running.pid !== before && running.pid !== undefined);
    expect(await (await fetch((await running.address()).baseUrl)).text()).toBe('{}');
    expect(events.at(-1)).toMatchObject({ event: 'recogniser.died', reason: 'ended with signal SIGKILL' });
  });

  test('one that is never ready is a dependency that is away', async () => {
    const running = start('', { startTimeoutMs: 150, waitMs: 400 });
    await expect(running.address()).rejects.toMatchObject({ code: 'recogniser.away', dependency: 'recogniser', retryable: true });
    expect(events[0]).toMatchObject({ event: 'recogniser.died', reason: 'was not ready in time' });
    await expect(running.address(AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
  });

  test('after three starts in vain nobody is kept waiting, and a start that works is noticed', async () => {
    const running = start('starts() < 5 ? process.exit(1) : serve();');
    const away = {
      code: 'recogniser.away',
      dependency: 'recogniser',
      message: expect.stringMatching(/does not start: its server ended with exit code 1/),
    };
    await expect(running.address()).rejects.toMatchObject(away);
    expect(starts()).toBe(3);
    await expect(running.address()).rejects.toMatchObject({ ...away, retryAfterMs: 800 });
    for (let count = 0; count < 400 && starts() < 5; count++) await sleep(25);
    await until(() => events.filter(({ event }) => event === 'recogniser.died').length === 4);
    let address: object | undefined;
    for (let count = 0; count < 200 && address === undefined; count++) {
      address = await running.address().catch(() => undefined);
      await sleep(25);
    }
    expect(address).toBeDefined();
  });

  test('an interpreter that is gone is told, not thrown', async () => {
    const running = start('serve();', {
      home: { folder: base, python: join(base, 'none'), modelName: 'm', modelFolder: base, version: '1' },
      waitMs: 300,
    });
    await expect(running.address()).rejects.toMatchObject({ code: 'recogniser.away' });
    expect(events[0]).toMatchObject({ event: 'recogniser.died', reason: 'could not be started' });
  });

  test('a folder that cannot be used is told, and no server is left', async () => {
    writeFileSync(join(base, 'run'), 'in the way');
    const running = start('serve();');
    await expect(running.address()).rejects.toThrow(/cannot be watched over/);
    await until(() => running.pid === undefined || identityOf(running.pid) === undefined);
  });

  test('stopping ends the server, whatever it is doing, and leaves no note', async () => {
    const running = start('serve();');
    await running.address();
    const identity = identityOf(running.pid ?? 0);
    expect(readdirSync(join(base, 'run'))).toHaveLength(1);
    await running.stop();
    expect(identity !== undefined && isAlive(identity)).toBe(false);
    expect(readdirSync(join(base, 'run'))).toHaveLength(0);
    await expect(running.address()).rejects.toMatchObject({ code: 'recogniser.away' });
  });

  test('what a library writes to the log is not passed on, since it may quote what was said', async () => {
    const running = start(
      `console.error('UserWarning: my card is 4111'); console.error(JSON.stringify({ event: 'done', wall_ms: 5 })); setTimeout(serve, 50);`,
    );
    await running.address();
    expect(events).toEqual([
      { event: 'recogniser.output', characters: 28 },
      { event: 'recogniser.done', wall_ms: 5 },
    ]);
  });

  test('a server left over from a killed product is stopped; one that somebody else uses is left alone', async () => {
    const run = join(base, 'run');
    mkdirSync(run);
    const sleeper = () => spawn('sleep', ['60'], { stdio: 'ignore' });
    const [left, used, other] = [sleeper(), sleeper(), sleeper()];
    const note = (pid: number, parent: object, started = identityOf(pid)?.started) =>
      writeFileSync(join(run, `recogniser-${pid}.json`), JSON.stringify({ pid, started, parent }));
    const dead = { pid: process.pid, started: 'another time' };
    note(left.pid ?? 0, dead);
    note(used.pid ?? 0, identityOf(process.pid) ?? dead);
    note(other.pid ?? 0, dead, 'the number was another process once');
    writeFileSync(join(run, 'recogniser-1.json'), 'half a note');
    expect(await stopLeftRecognisers(run)).toBe(1);
    expect(identityOf(left.pid ?? 0)).toBeUndefined();
    expect(identityOf(used.pid ?? 0)).toBeDefined();
    expect(identityOf(other.pid ?? 0)).toBeDefined();
    expect(readdirSync(run)).toEqual([`recogniser-${used.pid}.json`]);
    for (const child of [used, other]) child.kill('SIGKILL');
  });
});

const home = await localSpeechHome();
let local: LocalEndpoint | undefined;
const log: LocalEndpointEvent[] = [];
beforeAll(async () => {
  if (home === undefined) return;
  local = startLocalEndpoint({ home, onEvent: (event) => log.push(event) });
  await local.address();
});
afterAll(async () => await local?.stop());

function real(): LocalEndpoint {
  if (local === undefined) throw new Error('no local recogniser');
  return local;
}
const recogniser = () =>
  openAiRecogniser({
    address: (signal) => real().address(signal),
    model: home?.modelName ?? '',
    name: 'faster-whisper',
    version: home?.version,
    retries: 0,
  });

recogniserContract('the local endpoint (needs a real recogniser)', recogniser, { skip: home === undefined });

describe.skipIf(home === undefined)('the local recogniser (needs a real recogniser)', () => {
  const form = (fields: Record<string, string | Blob | string[]> = {}): FormData => {
    const data = new FormData();
    const all: Record<string, string | Blob | string[]> = {
      file: new Blob([encodeWav(guangzhou(), 16_000)]),
      model: home?.modelName ?? '',
      language: 'zh',
      ...fields,
    };
    for (const [name, value] of Object.entries(all))
      for (const one of Array.isArray(value) ? value : [value])
        if (typeof one === 'string') data.append(name, one);
        else data.append(name, one, 'sound.wav');
    return data;
  };
  async function post(body: FormData | string, headers: Record<string, string> = {}, path = 'audio/transcriptions') {
    const { baseUrl, apiKey } = await real().address();
    const response = await fetch(`${baseUrl}/${path}`, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${apiKey}`, ...headers },
    });
    const text = await response.text();
    return { status: response.status, text, code: /"code": "(\w+)"/.exec(text)?.[1] };
  }

  test('answers equal requests with equal bytes', async () => {
    const asked = () => form({ response_format: 'verbose_json', 'timestamp_granularities[]': ['word', 'segment'] });
    const [first, second] = [await post(asked()), await post(asked())];
    expect(first.status).toBe(200);
    expect(second.text).toBe(first.text);
    expect(JSON.parse(first.text)).toMatchObject({ task: 'transcribe', language: 'zh', duration: 4.281 });
  });

  test('speaks text and verbose JSON with the granularities that are asked for', async () => {
    expect((await post(form({ response_format: 'text' }))).text).toMatch(/^\p{Script=Han}+\n$/u);
    const keys = async (granularities: string[]) =>
      Object.keys(
        JSON.parse(
          (await post(form({ response_format: 'verbose_json', 'timestamp_granularities[]': granularities }))).text,
        ) as object,
      );
    expect(await keys(['word'])).toEqual(['task', 'language', 'duration', 'text', 'words']);
    expect(await keys(['segment'])).toEqual(['task', 'language', 'duration', 'text', 'segments']);
  });

  test('wants the key for everything but its health', async () => {
    const { baseUrl, apiKey } = await real().address();
    for (const authorization of ['', 'Bearer wrong', `Basic ${apiKey}`]) {
      expect(await post(form(), { authorization })).toMatchObject({ status: 401, code: 'invalid_api_key' });
      expect((await fetch(`${baseUrl}/models`, { headers: { authorization } })).status).toBe(401);
    }
    const models = await fetch(`${baseUrl}/models`, { headers: { authorization: `Bearer ${apiKey}` } });
    expect(await models.json()).toMatchObject({ object: 'list', data: [{ id: home?.modelName }] });
    expect(await (await fetch(`${baseUrl.replace('/v1', '')}/health`)).json()).toMatchObject({ status: 'ok' });
  });

  test.each<[string, () => FormData | string, number, string]>([
    ['a file that is no sound', () => form({ file: new Blob(['#EXTM3U\nfile:///etc/passwd']) }), 400, 'unknown_format'],
    ['a sound that ends in its header', () => form({ file: new Blob(['RIFF']) }), 400, 'undecodable_audio'],
    ['no file', () => form({ file: [] }), 400, 'file_missing'],
    ['another model', () => form({ model: 'gpt' }), 404, 'model_not_found'],
    ['a language that nobody speaks', () => form({ language: 'xx' }), 400, 'language_not_known'],
    ['a temperature', () => form({ temperature: '0.4' }), 400, 'temperature_not_zero'],
    ['another format', () => form({ response_format: 'srt' }), 400, 'format_not_known'],
    ['another granularity', () => form({ 'timestamp_granularities[]': ['letter'] }), 400, 'granularity_not_known'],
    ['a body that is no form', () => 'file=1', 400, 'not_multipart'],
  ])('refuses %s as OpenAI would write it', async (_, body, status, code) => {
    const answer = await post(body());
    expect(answer).toMatchObject({ status, code });
    expect(Object.keys((JSON.parse(answer.text) as { error: object }).error)).toEqual(['message', 'type', 'param', 'code']);
  });

  test('refuses a body over the limit before it reads it', async () => {
    expect(await post(form({ file: new Blob([new Uint8Array(27_000_000)]) })).catch(() => ({ status: 413 }))).toMatchObject({
      status: 413,
    });
  });

  test('takes an empty sound and finds no words in it', async () => {
    const answer = await recogniser().recognise(
      { samples: new Int16Array(), sampleRate: 16_000, language: 'en' },
      AbortSignal.timeout(20_000),
    );
    expect(answer).toMatchObject({ text: '', words: [], segments: [] });
  });

  test('answers a full queue with 429, and everybody who was let in', async () => {
    const small = startLocalEndpoint({ home: home as SpeechHome, queue: 1 });
    const { baseUrl, apiKey } = await small.address();
    const answers = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const headers = { authorization: `Bearer ${apiKey}` };
        const response = await fetch(`${baseUrl}/audio/transcriptions`, { method: 'POST', body: form(), headers });
        return [response.status, response.headers.get('retry-after')] as const;
      }),
    );
    await small.stop();
    expect(answers.filter(([status]) => status === 200)).toHaveLength(2);
    expect(answers.filter(([status, after]) => status === 429 && after === '2')).toHaveLength(3);
  });

  test('writes no word of what was said into its log', async () => {
    expect(Object.keys(JSON.parse((await post(form({ prompt: 'secret-prompt' }))).text) as object)).toEqual(['text']);
    await post(form({ language: 'secret-language' }));
    expect(JSON.stringify(log)).not.toMatch(/secret|\p{Script=Han}/u);
    expect(log.some(({ event }) => event === 'recogniser.done')).toBe(true);
  });

  test('a window whose server dies fails as a dependency, and is heard by the next server', async () => {
    const running = recogniser().recognise(
      { samples: wizard(), sampleRate: 16_000, language: 'en' },
      AbortSignal.timeout(60_000),
    );
    setTimeout(() => real().restart(), 300);
    await expect(running).rejects.toMatchObject({ code: 'recogniser.away', dependency: 'recogniser', retryable: true });
    await until(() => log.at(-1)?.event === 'recogniser.ready');
    const answer = await recogniser().recognise(
      { samples: wizard(), sampleRate: 16_000, language: 'en' },
      AbortSignal.timeout(60_000),
    );
    expect(answer.words.length).toBeGreaterThan(8);
  });

  test('as a service of its own it listens where its settings say, and answers what it has begun before it ends', async () => {
    if (home === undefined) return;
    const folder = mkdtempSync(join(tmpdir(), 'plumbline service-'));
    const settings = join(folder, 'settings.json');
    writeFileSync(settings, JSON.stringify({ model_folder: home.modelFolder, model_name: home.modelName, host: '127.0.0.1' }));
    const script = join(packageRoot, 'services/speech/server.py');
    const run = (key: string) =>
      spawn(home.python, [script, settings], {
        env: { ...process.env, PLUMBLINE_RECOGNISER_KEY: key },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
    const end = (child: ReturnType<typeof run>) => new Promise<number | null>((resolve) => child.once('close', resolve));
    expect(await end(run('too short'))).toBe(1);

    const key = 'k'.repeat(24);
    const child = run(key);
    const ended = end(child);
    const port = await new Promise<number>((resolve) => {
      let text = '';
      child.stderr.on('data', (chunk: Buffer) => {
        text += chunk.toString('utf8');
        const found = /"port": (\d+)/.exec(text);
        if (found !== null) resolve(Number(found[1]));
      });
    });
    const asked = fetch(`http://127.0.0.1:${port}/v1/audio/transcriptions`, {
      method: 'POST',
      body: form(),
      headers: { authorization: `Bearer ${key}` },
    });
    await sleep(300);
    child.kill('SIGTERM');
    expect((await asked).status).toBe(200);
    expect(await ended).toBe(0);
    rmSync(folder, { recursive: true, force: true });
  });

  test('a product that is killed takes its recogniser along', async () => {
    const program = `
      import { startLocalEndpoint } from ${JSON.stringify(join(import.meta.dirname, 'local-endpoint.ts'))};
      const endpoint = startLocalEndpoint({ home: ${JSON.stringify(home)} });
      await endpoint.address();
      console.log(endpoint.pid);`;
    const product = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = await new Promise<number>((resolve) =>
      product.stdout.once('data', (data: Buffer) => resolve(Number(data.toString()))),
    );
    const identity = identityOf(pid);
    expect(identity).toBeDefined();
    product.kill('SIGKILL');
    await until(() => identity !== undefined && !isAlive(identity));
    expect(existsSync(join(home?.folder ?? '', 'run', `recogniser-${pid}.json`))).toBe(true);
    await stopLeftRecognisers(join(home?.folder ?? '', 'run'));
    expect(existsSync(join(home?.folder ?? '', 'run', `recogniser-${pid}.json`))).toBe(false);
  });
});
