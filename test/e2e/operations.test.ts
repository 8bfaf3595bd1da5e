import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeWav } from '../../services/adapters/openai/wav.ts';
import { noteRunning } from '../../services/main/running-product.ts';
import { plantedTranscript } from '../doubles/planted-calls.ts';
import { openProductInside, type ProductInside, writeSettings } from '../servers/product-inside.ts';
import { runPlumbline } from '../servers/product.ts';
import { type SpeechStub, startSpeechStub } from '../servers/speech-stub.ts';

/** Sound that voice activity takes for speech: a buzz with the formants and the rhythm of syllables. */
function speechLike(seconds: number, pitch: number): Uint8Array<ArrayBuffer> {
  const rate = 16_000;
  const samples = new Int16Array(seconds * rate);
  let phase = 0;
  for (let index = 0; index < samples.length; index++) {
    const time = index / rate;
    phase += (pitch * (1 + 0.1 * Math.sin(2 * Math.PI * 0.7 * time))) / rate;
    const syllable = Math.max(0, Math.sin(2 * Math.PI * 2 * time)) ** 0.5;
    const glide = Math.sin(2 * Math.PI * 1.3 * time);
    let value = 0;
    for (let harmonic = 1; harmonic * pitch < 3800; harmonic++) {
      const hertz = harmonic * pitch;
      const formants = [600 + 150 * glide, 1300 + 400 * glide, 2600].map((centre) => 1 / (1 + ((hertz - centre) / 120) ** 2));
      value += (formants[0]! + 0.6 * formants[1]! + 0.3 * formants[2]!) * Math.sin(2 * Math.PI * harmonic * phase);
    }
    samples[index] = Math.round(4000 * syllable * value);
  }
  return encodeWav(samples, rate);
}

describe('a product at work', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline operations '));
  let stub: SpeechStub;
  let product: ProductInside;
  const heard = { count: 0 };

  beforeAll(async () => {
    stub = await startSpeechStub({ onRequest: () => void (heard.count += 1), delayMs: 700 });
    product = await openProductInside(folder, stub, { settings: { language: 'en' } });
    writeSettings(product.home, {});
    await noteRunning(product.home, { url: product.url });
  }, 120_000);
  afterAll(async () => {
    await product?.close();
    await stub?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const environment = (): Record<string, string> => ({ PLUMBLINE_RECOGNISER_URL: stub.baseUrl });
  const command = (...args: string[]) => runPlumbline(product.home, args, environment());
  const upload = async (file: Uint8Array<ArrayBuffer>, name: string): Promise<{ state: string; callId: string }> => {
    const form = new FormData();
    form.set('file', new Blob([file]), name);
    return (await fetch(new URL('/api/v1/recordings', product.url), { method: 'POST', body: form })).json() as never;
  };
  const rowsOf = async (callId: string): Promise<Record<string, number>> => {
    const { rows } = await sql<{ name: string; count: number }>`
      select 'transcript' as name, count(*)::int as count from transcribe.transcript where call_id = ${callId}
      union all select 'current transcript', count(*)::int from transcribe.current where call_id = ${callId}
      union all select 'scorecard', count(*)::int from scoring.scorecard where call_id = ${callId}
      union all select 'current scorecard', count(*)::int from scoring.current where call_id = ${callId}
      union all select 'scored', count(*)::int from scoring.scored where call_id = ${callId}
    `.execute(product.core.database.reader());
    return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
  };
  const nothing = { transcript: 0, 'current transcript': 0, scorecard: 0, 'current scorecard': 0, scored: 0 };
  const objectsOf = async (callId: string): Promise<string[]> => {
    const names: string[] = [];
    for await (const { name } of product.core.objects.list(`calls/${callId}/`)) names.push(name);
    for await (const { name } of product.core.raw.list(callId)) names.push(name);
    return names;
  };

  test('a call that is erased while it is being heard leaves nothing, and what was heard of it is dropped', async () => {
    const before = heard.count;
    const file = speechLike(4, 120);
    const { callId } = await upload(file, 'erased-in-flight.wav');
    while (heard.count === before) await sleep(20);
    expect(await product.core.runtime.isWorkedOn(callId)).toBe(true);
    expect(await product.core.erase(callId)).toBe(true);
    await product.settled();
    const { rows } = await sql<{ outcome: string; code: string }>`
      select outcome, code from runtime.job_done where call_id = ${callId}`.execute(product.core.database.reader());
    expect(rows).toEqual([{ outcome: 'dropped', code: 'erased' }]);
    expect((await product.core.runtime.dead.list({ limit: 10 })).letters).toEqual([]);
    expect(await rowsOf(callId)).toEqual(nothing);
    expect(await objectsOf(callId)).toEqual([]);
    expect(await upload(file, 'again.wav')).toMatchObject({ state: 'erased' });
  });

  test('a scored call that is erased is gone from every answer; the ledger says only that it was', async () => {
    const { callId } = await product.core
      .deliver({
        source: 'upload',
        name: 'zhang-san.json',
        metadata: { externalId: 'x-77', queue: 'card' },
        isTranscript: true,
        bytes: oneOf(plantedTranscript()),
      })
      .then((result) => ({ callId: result.callId! }));
    await product.settled();
    expect(await rowsOf(callId)).not.toEqual(nothing);
    expect(await objectsOf(callId)).not.toEqual([]);
    await product.core.erase(callId);
    expect(await rowsOf(callId)).toEqual(nothing);
    expect(await objectsOf(callId)).toEqual([]);
    for (const part of ['transcript', 'peaks', 'speech-metrics'])
      expect((await fetch(new URL(`/api/v1/calls/${callId}/${part}`, product.url))).status).toBe(404);
    const exported = await command('export', '--canonical');
    expect(exported.stdout).toContain(callId);
    expect(exported.stdout).not.toMatch(/zhang-san|x-77/);
    expect(exported.stdout.split('\n').find((line) => line.includes('"call":') && line.includes(callId))).toMatch(
      /"state":"erased","transcript":null/,
    );
  });

  test('what arrived is held against the manifest, by the command beside the running product', async () => {
    const centre = join(folder, 'centre');
    mkdirSync(centre);
    const transcript = (text: string): string => plantedTranscript().replace('"t1"', JSON.stringify(text));
    writeFileSync(join(centre, 'one.wav'), speechLike(2, 150));
    writeFileSync(join(centre, 'page.wav'), '<!doctype html>');
    writeFileSync(join(centre, 'stranger.wav'), speechLike(2, 180));
    writeFileSync(join(centre, 'stranger.json'), JSON.stringify({ startedAt: '2026-10-12T23:59:59' }));
    for (const name of ['one', 'stranger']) writeFileSync(join(centre, `${name}.transcript.json`), transcript(name));
    const manifest = join(folder, 'manifest.csv');
    writeFileSync(
      manifest,
      'file,external id,start\none.wav,x-1,2026-10-12 10:00:00\npage.wav,x-2,2026-10-12 11:00:00\ngone.wav,x-3,2026-10-12T00:00:00\nlater.wav,x-4,2026-10-13T00:00:00\n',
    );
    const ingested = await command('ingest', centre, '--manifest', manifest, '--source', 'centre');
    expect(ingested.stderr).toContain('the manifest names gone.wav, which is not in the folder');
    const told = await command('reconcile', '2026-10-12', '--json');
    expect(told).toMatchObject({ code: 1, stderr: '' });
    const result = JSON.parse(told.stdout) as Record<string, { name: string; externalId?: string }[]>;
    expect(result).toMatchObject({
      expected: 3,
      arrived: 2,
      missing: [{ source: 'centre', name: 'gone.wav', externalId: 'x-3' }],
      unexpected: [{ name: 'stranger.wav' }],
      duplicates: [],
      failed: [{ name: 'page.wav', reason: { code: expect.stringMatching(/^audio\./) } }],
    });
    const text = await command('reconcile', '2026-10-12');
    expect(text.stdout).toMatch(/^2026-10-12 \(UTC\+08:00\): 3 expected, 2 arrived, 1 missing, 1 unexpected/);
    expect(text.stdout).toMatch(/^missing +centre: gone.wav \(x-3\)$/m);
    expect(await command('reconcile', '2026-10-14')).toMatchObject({ code: 0 });
    expect(await command('reconcile', '12.10.2026')).toMatchObject({
      code: 2,
      stderr: 'plumbline: reconcile: a date is YYYY-MM-DD\n',
    });
  });

  test('the trail verifies beside the running product, and shows the first entry that was tampered with', async () => {
    while ((await sealedEntries()) < 5) await sleep(200);
    const good = await command('audit', 'verify', '--json');
    expect(good.code).toBe(0);
    const report = JSON.parse(good.stdout) as { ok: boolean; sealed: number; unsealed: number; broken: null; head: string };
    expect(report).toMatchObject({ ok: true, broken: null, head: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(report.sealed).toBeGreaterThanOrEqual(5);
    await product.core.database.inTransaction(async (tx) => {
      const db = tx as never as Parameters<ReturnType<typeof sql>['execute']>[0];
      await sql`alter table access.audit disable trigger all`.execute(db);
      await sql`update access.audit set who = 'nobody' where seq = (select seq from access.audit_seal where position = 3)`.execute(
        db,
      );
      await sql`alter table access.audit enable trigger all`.execute(db);
    });
    const bad = await command('audit', 'verify');
    expect(bad.code).toBe(1);
    expect(bad.stdout).toMatch(/^NOT ok: entry \d+ \(place 3\) was changed; the 2 before it are as they were sealed/);
  });

  test('a product that stopped has sealed its whole trail; the command verifies it without one', async () => {
    await product.close();
    const { code, stdout } = await command('audit', 'verify', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, sealed: 2, unsealed: 0, broken: { place: 3, how: 'changed' } });
  });

  const sealedEntries = async (): Promise<number> => {
    const { rows } = await sql<{ count: number }>`select count(*)::int as count from access.audit_seal`.execute(
      product.core.database.reader(),
    );
    return rows[0]!.count;
  };
});

async function* oneOf(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}
