import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { chooseDecoder } from '../../services/adapters/ffmpeg/index.ts';
import { packageRoot } from '../../services/kernel/index.ts';
import { ownProduct } from '../../services/main/own-product.ts';
import { decodeLimits } from '../../services/main/stages.ts';
import type { Redactor } from '../../transcribe/index.ts';
import { type HeardChannel, recordingsScript, spokenOver } from '../doubles/heard-recordings.ts';
import { everySaying, plantedRecordings, plantedTranscript, plants, type PlantedRecording } from '../doubles/planted-calls.ts';
import { type PlantFound, scanForPlants } from '../plants.ts';
import { openProductInside, type ProductInside, writeSettings } from '../servers/product-inside.ts';
import { runPlumbline } from '../servers/product.ts';
import { startSpeechStub, type StubFault } from '../servers/speech-stub.ts';

interface Turn {
  readonly id: string;
  readonly channel: 0 | 1;
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
}
interface Span {
  readonly label: string;
  readonly turn: string;
  readonly charStart: number;
  readonly charEnd: number;
  readonly startMs: number;
  readonly endMs: number;
}

const fixture = <T>(name: string): T => JSON.parse(readFileSync(join(packageRoot, 'test/fixtures/synth', name), 'utf8')) as T;
const call = fixture<{ turns: Turn[] }>('zh-03.transcript.json');
const truth = fixture<{ spans: Span[] }>('zh-03.truth.json');
const callFile = join(packageRoot, 'samples', 'zh-03.flac');

/** 16 kHz, a channel each; through the product's own door. */
async function decoded(bytes: Uint8Array): Promise<Int16Array[]> {
  const recording = {
    sizeBytes: bytes.length,
    async *read(start = 0, end = bytes.length) {
      yield bytes.subarray(start, end);
    },
  };
  const { decoder } = await chooseDecoder();
  const audio = await decoder.open(recording, decodeLimits, new AbortController().signal);
  const parts: Int16Array[][] = Array.from({ length: audio.channels }, () => []);
  for await (const block of audio.blocks) block.forEach((samples, channel) => parts[channel]!.push(samples));
  return parts.map((blocks) => {
    const all = new Int16Array(blocks.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const block of blocks) {
      all.set(block, at);
      at += block.length;
    }
    return all;
  });
}

/** The words of a true turn: those of a sensitive span at its true times, the others spread over what is left. */
function trueWords(turn: Turn): HeardChannel['words'] {
  const words: HeardChannel['words'][number][] = [];
  let [char, atMs] = [0, turn.startMs];
  for (const span of truth.spans.filter((each) => each.turn === turn.id)) {
    words.push(...spokenOver(turn.text.slice(char, span.charStart), atMs, span.startMs));
    words.push(...spokenOver(turn.text.slice(span.charStart, span.charEnd), span.startMs, span.endMs));
    [char, atMs] = [span.charEnd, span.endMs];
  }
  const rest = turn.text.slice(char);
  return rest === '' ? words : [...words, ...spokenOver(rest, atMs, turn.endMs)];
}

/** A rubric whose evidence is numbers, so that the database would hold them. */
const rubric = `
rubric: canary
title: { zh: 敏感号码, en: Canary }
languages: [zh, en]
for: {}
sections:
  - id: all
    title: { zh: 全部, en: All }
    weight: 1
    criteria:
${['card', 'idcard', 'phone', 'number']
  .map(
    (kind) => `
      - id: ${kind}
        question: { zh: 是否提到号码？, en: Was a number mentioned? }
        points: 1
        met_when: '#${kind}'`,
  )
  .join('')}
`;

const noRedactor: Redactor = { version: 'none', redact: (transcript) => ({ transcript, muteSpans: [] }) };

interface Place {
  readonly kind: string;
  readonly name: string;
  readonly bytes: Uint8Array | string;
}
interface Find extends PlantFound {
  readonly kind: string;
  readonly place: string;
}

interface Run {
  readonly places: Place[];
  readonly finds: readonly Find[];
  /** The stereo call's rendition, a channel each. */
  readonly rendition: readonly Int16Array[];
}

/**
 * What a product leaves of calls with planted numbers: heard, delivered as transcripts, refused, badly described, failed by the
 * recogniser, dead.
 */
async function runWith(
  redactor: Redactor | undefined,
  stereo: readonly Int16Array[],
  recordings: readonly PlantedRecording[],
): Promise<Run> {
  const isControl = redactor !== undefined;
  const folder = mkdtempSync(join(tmpdir(), 'plumbline canary '));
  const rubricFile = join(folder, 'canary.yaml');
  writeFileSync(rubricFile, rubric);
  const channels = stereo.map((samples, channel) => ({
    samples,
    words: call.turns.filter((turn) => turn.channel === channel).flatMap(trueWords),
  }));
  const stub = await startSpeechStub({ script: recordingsScript([...channels, ...recordings.map(({ heard }) => heard)]) });
  const settings = { rubrics: [rubricFile], language: 'zh', log: { level: 'debug' } };
  const product = await openProductInside(folder, stub, { settings, ...(redactor === undefined ? {} : { redactor }) });
  const places: Place[] = [];
  try {
    await deliverAll(product, places, (faults) => stub.failNext(...faults), recordings, !isControl);
    const renditionFile = isControl ? undefined : await stereoRendition(product);
    await askEverything(product, places);
    places.push(...(await dumpOf(product)));
    const lines: string[] = [];
    for await (const line of ownProduct(product.core).canonicalExport()) lines.push(line);
    places.push({ kind: 'export', name: 'canonical', bytes: lines.join('') });
    await product.close();
    if (!isControl) places.push(await exportedByCommand(product.home, settings, stub.baseUrl));
    const rendition = renditionFile === undefined ? [] : await decoded(readFileSync(renditionFile));
    places.push(...filesOf(product.home));
    const finds = places.flatMap((place) => findsIn(place));
    return { places, finds, rendition };
  } finally {
    await product.close();
    await stub.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function exportedByCommand(home: string, settings: Record<string, unknown>, recogniser: string): Promise<Place> {
  writeSettings(home, settings);
  const { code, stdout, stderr } = await runPlumbline(home, ['export', '--canonical'], { PLUMBLINE_RECOGNISER_URL: recogniser });
  expect(code, stderr).toBe(0);
  expect(stdout.length).toBeGreaterThan(1000);
  return { kind: 'export', name: 'command', bytes: stdout + stderr };
}

async function deliverAll(
  { core, url, settled }: ProductInside,
  places: Place[],
  fail: (faults: StubFault[]) => void,
  recordings: readonly PlantedRecording[],
  withStereo: boolean,
): Promise<void> {
  const upload = async (
    what: string,
    parts: Record<string, string | [string | Uint8Array<ArrayBuffer>, string]>,
    expected: number,
  ): Promise<void> => {
    const form = new FormData();
    for (const [name, part] of Object.entries(parts))
      if (typeof part === 'string') form.set(name, part);
      else form.set(name, new Blob([part[0]]), part[1]);
    const answer = await fetch(new URL('/api/v1/recordings', url), { method: 'POST', body: form });
    places.push({ kind: 'answer', name: what, bytes: await answer.text() });
    expect(answer.status, what).toBe(expected);
  };
  const [first, second, ...rest] = recordings as [PlantedRecording, PlantedRecording, ...PlantedRecording[]];
  const metadata = ({ language }: PlantedRecording): string => JSON.stringify({ language, direction: 'inbound' });

  // The recogniser's answer quotes what was said: the first call dies of it, the second waits for the recogniser and is heard later.
  fail([{ status: 400 }]);
  await upload('a call that dies', { metadata: metadata(first), file: [first.wav, 'dies.wav'] }, 202);
  for (;;) {
    if ((await core.runtime.health()).dead === 1) break;
    await sleep(50);
  }
  fail([{ status: 500 }, { status: 500 }, { status: 500 }]);
  await upload('a call that waits', { metadata: metadata(second), file: [second.wav, second.name] }, 202);
  for (const each of rest) await upload(each.name, { metadata: metadata(each), file: [each.wav, each.name] }, 202);
  if (withStereo) await upload('the stereo call', { file: [new Uint8Array(readFileSync(callFile)), 'call.flac'] }, 202);
  const dead = await core.runtime.dead.list({ limit: 10 });
  // The dead one's letter stays on paper; its words are heard by delivering the recording once more in other bytes.
  expect(dead.letters).toHaveLength(1);
  await upload('the dead one again', { metadata: metadata(first), file: [longer(first.wav), first.name] }, 202);

  const transcript = plantedTranscript();
  await upload(
    'with a transcript',
    {
      file: [longer(second.wav), 'given.wav'],
      transcript: [transcript, 't.json'],
    },
    202,
  );
  const alone = { source: 'canary', name: 'alone.json', metadata: {}, isTranscript: true };
  await core.deliver({ ...alone, bytes: oneOf(transcript.replace('"t1"', '"t01"')) });

  await upload('a page', { file: [`<!doctype html><p>${everySaying}</p>`, 'page.wav'] }, 422);
  await upload(
    'bad metadata',
    {
      metadata: JSON.stringify({ direction: everySaying, language: everySaying, startedAt: everySaying }),
      file: ['RIFF', 'x.wav'],
    },
    422,
  );
  await upload('metadata that is none', { metadata: everySaying, file: ['RIFF', 'x.wav'] }, 422);
  await upload('a bad source', { source: everySaying, file: ['RIFF', 'x.wav'] }, 422);
  await upload(
    'a bad transcript',
    {
      file: [second.wav, 'bad.wav'],
      transcript: [JSON.stringify({ version: 1, turns: everySaying }), 't.json'],
    },
    422,
  );
  await upload(
    'a transcript that is none',
    {
      file: [second.wav, 'worse.wav'],
      transcript: [everySaying, 't.json'],
    },
    422,
  );
  await settled();
}

/** The same sound in other bytes: a chunk that says nothing stands at the end. */
function longer(wav: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(wav.length + 10);
  bytes.set(wav);
  bytes.set([0x6e, 0x6f, 0x6e, 0x65, 2, 0, 0, 0, 0, 0], wav.length);
  new DataView(bytes.buffer).setUint32(4, bytes.length - 8, true);
  return bytes;
}

async function* oneOf(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}

/** Every answer that the product gives about its calls, and its answers to questions that are wrong. */
async function askEverything({ url }: ProductInside, places: Place[]): Promise<void> {
  const ask = async (path: string): Promise<string> => {
    const body = await (await fetch(new URL(path, url))).text();
    places.push({ kind: 'answer', name: path, bytes: body });
    return body;
  };
  const { calls } = JSON.parse(await ask('/api/v1/calls?limit=200')) as { calls: { callId: string; state: string }[] };
  expect(calls.filter(({ state }) => state === 'scored').length).toBeGreaterThanOrEqual(6);
  for (const { callId } of calls)
    for (const part of ['', '/transcript', '/scorecards', '/peaks', '/speech-metrics'])
      await ask(`/api/v1/calls/${callId}${part}`);
  const { letters } = JSON.parse(await ask('/api/v1/dead-letters')) as { letters: { id: string }[] };
  for (const { id } of letters) await ask(`/api/v1/dead-letters/${id}`);
  for (const path of ['/', '/api/v1/ledger', '/api/v1/rubrics', '/health/ready', '/metrics', '/api/openapi.json'])
    await ask(path);
  const plant = plants.map(({ digits }) => digits).join('');
  for (const path of [
    `/api/v1/calls/${plant}`,
    `/api/v1/calls?limit=${plant}`,
    `/api/v1/ledger?state=${plant}`,
    `/api/v1/${plant}`,
    `/api/v1/dead-letters/${plant}`,
  ])
    await ask(path);
}

/** The one rendition with two channels is that of the stereo call. */
async function stereoRendition({ core, home }: ProductInside): Promise<string> {
  const { calls } = await core.calls.list({ limit: 200 });
  const stereo = calls.find(({ name }) => name === 'call.flac');
  const { renditionObject } = (await core.transcripts.current(stereo!.callId))!;
  return filesUnder(join(home, 'objects')).find((file) => file.includes(renditionObject!.split('/').at(-1)!))!;
}

/** Every table, a line a row; without the wrapped keys, which are random bytes. */
async function dumpOf({ core }: ProductInside): Promise<Place[]> {
  const db = core.database.reader<unknown>();
  const { rows } = await sql<{ schema: string; name: string }>`
    select table_schema as schema, table_name as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1, 2`.execute(db);
  const places: Place[] = [];
  for (const { schema, name } of rows) {
    const dump = await sql<{
      line: string;
    }>`select (to_jsonb(t) - 'wrapped')::text as line from ${sql.id(schema, name)} t`.execute(db);
    const lines = dump.rows.map(({ line }) => line).join('\n');
    places.push({ kind: `${schema}.${name}`, name: 'dump', bytes: lines });
  }
  return places;
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Every file of a data folder but the keys themselves; the database server's own catalogues hold nothing of ours. */
function filesOf(home: string): Place[] {
  const kindOf = (name: string): string | undefined => {
    if (/^postgresql-\d+\/pg_wal\//.test(name)) return 'wal';
    if (/^postgresql-\d+\/base\/(1|4|5)\//.test(name)) return undefined;
    if (/^postgresql-\d+\/base\/\d+\/\d+/.test(name)) return 'table file';
    return name.startsWith('postgresql-') || name.startsWith('keys/') ? undefined : (name.split('/')[0] ?? '');
  };
  return filesUnder(home).flatMap((file) => {
    const name = relative(home, file);
    const kind = kindOf(name);
    return kind === undefined ? [] : [{ kind, name, bytes: readFileSync(file) }];
  });
}

const textKinds = new Set(['answer', 'export', 'logs', 'postgresql.log', 'objects']);

/**
 * Bytes that are no text are scanned for their readable stretches, and for the long numbers alone: three digits stand among
 * random bytes by chance.
 */
function findsIn({ kind, name, bytes }: Place): Find[] {
  const isText = typeof bytes === 'string' || (textKinds.has(kind) && !name.includes('/rendition/'));
  const found = isText
    ? scanForPlants(bytes, plants)
    : scanForPlants(
        readable(bytes),
        plants.filter(({ digits }) => digits.length > 6),
      );
  return found.map((each) => ({ kind, place: name, ...each }));
}

/** Stretches that can be text, with something between them that ends every number. */
const readable = (bytes: Uint8Array): string =>
  (new TextDecoder('utf-8').decode(bytes).match(/[^\p{Cc}\ufffd]{6,}/gu) ?? []).join('\n| end |\n');

const peakBetween = (samples: Int16Array, startMs: number, endMs: number): number => {
  let peak = 0;
  for (let index = startMs * 16; index < Math.min(samples.length, endMs * 16); index++)
    peak = Math.max(peak, Math.abs(samples[index]!));
  return peak;
};
const decibels = (peak: number): number => 20 * Math.log10(Math.max(peak, 0.5) / 32_768);

describe('planted numbers in a whole product', () => {
  let stereo: readonly Int16Array[];
  let hidden: Run;
  let open: Run;

  beforeAll(async () => {
    stereo = await decoded(readFileSync(callFile));
    const long = call.turns
      .filter(({ startMs, endMs }) => endMs - startMs > 5200)
      .toSorted((a, b) => a.endMs - a.startMs - (b.endMs - b.startMs))
      .slice(0, 5);
    const recordings = plantedRecordings(
      long.map(({ channel, startMs, endMs }) => stereo[channel]!.slice(startMs * 16, endMs * 16)),
    );
    hidden = await runWith(undefined, stereo, recordings);
    open = await runWith(noRedactor, stereo, recordings);
  }, 240_000);

  const foundIn = (run: Run, kind: (kind: string) => boolean = () => true): Set<string> =>
    new Set(run.finds.filter((find) => kind(find.kind)).map(({ plant }) => plant));

  test('are found in every kind of place when the redactor is taken away: the scan sees what it looks for', () => {
    const all = plants.map(({ name }) => name).toSorted();
    for (const kind of ['objects', 'answer', 'export'])
      expect([kind, [...foundIn(open, (each) => each === kind)].toSorted()]).toEqual([kind, all]);
    const long = all.filter((name) => name !== 'cvv');
    expect([...foundIn(open, (each) => each === 'scoring.scorecard')]).toEqual(expect.arrayContaining(long));
    // The server compresses large rows there: what is in them is found by the dump.
    for (const kind of ['wal', 'table file']) expect([kind, foundIn(open, (each) => each === kind).size]).not.toEqual([kind, 0]);
    const forms = open.finds.filter(({ plant }) => plant === 'card').map(({ form }) => form);
    expect(new Set(forms)).toEqual(new Set(['digits', 'separated', 'chinese', 'english']));
  });

  test('are nowhere with the product’s own redactor: tables, objects, logs, write-ahead log, events, answers, export', () => {
    expect(hidden.finds.map(({ kind, place, plant, form }) => `${plant} (${form}) in ${kind}: ${place}`)).toEqual([]);
    const kinds = new Set(hidden.places.map(({ kind }) => kind));
    for (const kind of [
      'objects',
      'raw',
      'logs',
      'wal',
      'table file',
      'postgresql.log',
      'runtime.event',
      'runtime.dead',
      'ingest.delivery',
      'access.audit',
    ])
      expect(kinds).toContain(kind);
  });

  test('are not in the raw store’s bytes either, with or without a redactor: what lies there is encrypted', () => {
    expect(foundIn(open, (kind) => kind === 'raw' || kind === 'scratch')).toEqual(new Set());
    expect(open.places.filter(({ kind }) => kind === 'raw').length).toBeGreaterThan(10);
  });

  test('leave no sound in the rendition, on either channel, while everything else is heard', () => {
    const readBack = call.turns.find(({ id }) => id === 't5')!;
    const sensitive = [
      ...truth.spans.filter(({ label }) => label !== 'name'),
      // The agent says the number again: sixteen of the turn's eighteen syllables.
      { label: 'pan', startMs: readBack.startMs, endMs: readBack.startMs + ((readBack.endMs - readBack.startMs) * 16) / 19 },
    ].map((span) => ({ ...span, startMs: Math.round(span.startMs), endMs: Math.round(span.endMs) }));
    expect(sensitive.map(({ label }) => label).toSorted()).toEqual(['cn_id', 'pan', 'pan', 'phone']);
    for (const { label, startMs, endMs } of sensitive)
      for (const channel of [0, 1])
        expect([label, channel, decibels(peakBetween(hidden.rendition[channel]!, startMs, endMs))]).toEqual([
          label,
          channel,
          expect.closeTo(decibels(0), 0),
        ]);
    for (const { label, startMs, endMs } of sensitive)
      expect([label, Math.max(...stereo.map((samples) => decibels(peakBetween(samples, startMs, endMs)))) > -40]).toEqual([
        label,
        true,
      ]);
    const kept = call.turns.filter(
      ({ startMs, endMs }) => !sensitive.some((span) => span.startMs < endMs + 1000 && span.endMs > startMs - 1000),
    );
    for (const { id, channel, startMs, endMs } of kept) {
      const [was, is] = [peakBetween(stereo[channel]!, startMs, endMs), peakBetween(hidden.rendition[channel]!, startMs, endMs)];
      expect([id, decibels(is) > decibels(was) - 6]).toEqual([id, true]);
    }
  });
});
