import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../services/kernel/index.ts';
import { openProductInside, type ProductInside } from '../servers/product-inside.ts';
import { schemathesis } from '../servers/schemathesis.ts';
import { type SpeechStub, startSpeechStub } from '../servers/speech-stub.ts';

const scale = Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1);
const examples = Math.max(2, Math.round(3 * scale));
const seed = Number(process.env['PLUMBLINE_TEST_SEED'] ?? 7);

const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
  'response_headers_conformance',
];

/** The whole interface of a running product, asked what its own document allows and what it does not. */
describe('the interface against its document', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline fuzz '));
  let python: string | undefined;
  let stub: SpeechStub;
  let product: ProductInside;

  beforeAll(async () => {
    python = await schemathesis();
    stub = await startSpeechStub();
    product = await openProductInside(folder, stub);
    const form = new FormData();
    form.set('metadata', readFileSync(join(packageRoot, 'samples', 'zh-02.meta.json'), 'utf8'));
    form.set('file', new Blob([readFileSync(join(packageRoot, 'samples', 'zh-02.flac'))]), 'zh-02.flac');
    expect((await fetch(new URL('/api/v1/recordings', product.url), { method: 'POST', body: form })).status).toBe(202);
    await product.settled();
  }, 600_000);
  afterAll(async () => {
    await product.close();
    await stub.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const json = async <T>(path: string): Promise<T> => (await fetch(new URL(path, product.url))).json() as Promise<T>;

  /** Where ids are asked for, most of the time those of things that are there. */
  async function configuration(): Promise<string> {
    const { calls } = await json<{ calls: { callId: string; scores: { scorecardId: string }[] }[] }>('/api/v1/calls');
    const { lines } = await json<{ lines: { deliveryId: string }[] }>('/api/v1/ledger');
    const [call] = calls;
    const known = (path: string, parameters: Record<string, string | undefined>): string =>
      `[[operations]]\ninclude-path-regex = '${path}'\nparameters = { ${Object.entries(parameters)
        .map(([name, value]) => `"${name}" = "${value ?? ''}"`)
        .join(', ')} }\n`;
    const file = join(folder, 'schemathesis.toml');
    writeFileSync(
      file,
      known('^/api/v1/calls/\\{id\\}', { 'path.id': call?.callId, 'path.scorecardId': call?.scores[0]?.scorecardId }) +
        known('^/api/v1/deliveries', { 'path.id': lines[0]?.deliveryId }) +
        known('^/api/v1/search/find', { 'query.call': call?.callId }) +
        known('^/api/v1/rubrics/\\{rubricId\\}', { 'path.rubricId': 'wealth-outbound' }),
    );
    return file;
  }

  test('no answer is an error of the server or breaks the schema', { timeout: 900_000 }, async (context: TestContext) => {
    if (python === undefined && process.env['CI'] !== 'true')
      context.skip('Python 3 with venv, or its package index, is not to be had here');
    if (python === undefined) throw new Error('schemathesis could not be put up');
    const { code, output } = await run(python, [
      ...['--config-file', await configuration(), 'run', new URL('/api/openapi.json', product.url).href],
      // A stream that does not end by itself has a test of its own.
      ...['--exclude-path', '/api/v1/events'],
      ...['--checks', checks.join(',')],
      ...['--phases', scale > 1 ? 'examples,coverage,fuzzing,stateful' : 'coverage,fuzzing'],
      ...['--max-examples', String(examples), '--seed', String(seed), '--workers', '2', '--request-timeout', '30'],
      ...['--continue-on-failure', '--generation-database', 'none', '--warnings', 'off', '--no-color'],
    ]);
    console.log(`seed ${seed}, ${/(\d+) generated/.exec(output)?.[1] ?? 'no'} requests`);
    expect(code, output.slice(-20_000)).toBe(0);
    expect(Number(/(\d+) generated/.exec(output)?.[1] ?? 0)).toBeGreaterThan(500);
  });

  function run(command: string, parameters: readonly string[]): Promise<{ code: number; output: string }> {
    return new Promise((resolve) => {
      execFile(
        command,
        ['-m', 'schemathesis.cli', ...parameters],
        { cwd: folder, maxBuffer: 64 * 1024 ** 2, timeout: 800_000 },
        (error, stdout, stderr) => {
          const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
          resolve({ code, output: stdout + stderr });
        },
      );
    });
  }
});
