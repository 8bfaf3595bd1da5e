import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openFileStore, openScratch } from '../services/adapters/file-store/index.ts';
import { MemoryWrappedKeyStore } from '../services/adapters/memory/wrapped-key-store.ts';
import { encryptedRawStore, masterKeyWrapping } from '../services/adapters/raw-store/index.ts';
import { rawWindowAnswers } from '../services/main/audio-parts.ts';
import {
  redactTranscript,
  redactorVersion,
  type Redactor,
  transcribeCall,
  type TranscriptPlan,
  transcriptRecipe,
} from '../transcribe/index.ts';
import { bytesOf, inPieces } from './contracts/object-store.ts';
import {
  amplitudeVoiceActivity,
  anyRecording,
  plainEncoder,
  type ScriptedCall,
  scriptedDecoder,
  scriptedRecogniser,
} from './doubles/scripted-speech.ts';
import { type Plant, type PlantFound, scanForPlants } from './plants.ts';

const home = mkdtempSync(join(tmpdir(), 'plumbline-canary-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const plants: readonly Plant[] = [
  { name: 'card', digits: '6222021234567894' },
  { name: 'identity', digits: '110101198511200121' },
  { name: 'mobile', digits: '13800138000' },
  { name: 'cvv', digits: '737' },
];

const chinese: ScriptedCall = {
  seconds: 60,
  channels: 2,
  said: [
    { channel: 0, from: 1, to: 4, text: '您好，工号八零幺二，请问您的卡号是多少？', language: 'zh' },
    { channel: 1, from: 5, to: 9, text: '卡号是六二二二，零二幺二，三四五六，七八九四。', language: 'zh' },
    { channel: 0, from: 10, to: 14, text: '六二二二零二幺二三四五六七八九四，对吧？', language: 'zh' },
    { channel: 1, from: 15, to: 16, text: '对的。', language: 'zh' },
    { channel: 0, from: 17, to: 19, text: '卡片背面的后三位呢？', language: 'zh' },
    { channel: 1, from: 20, to: 21, text: '七三七。', language: 'zh' },
    { channel: 0, from: 22, to: 25, text: '好的，再核实一下您的身份证号码。', language: 'zh' },
    { channel: 1, from: 26, to: 32, text: '一一零一零一，一九八五，一一二零，零一二一。', language: 'zh' },
    { channel: 0, from: 34, to: 39, text: '您预留的手机号是幺三八零零幺三八零零零，余额是三百二十块。', language: 'zh' },
    { channel: 1, from: 42, to: 44, text: '好的，谢谢，再见。', language: 'zh' },
  ],
};
const english: ScriptedCall = {
  seconds: 60,
  channels: 2,
  said: [
    { channel: 0, from: 1, to: 4, text: 'Agent five zero two one speaking. Could you read me the card number?' },
    { channel: 1, from: 5, to: 10, text: "It's six triple two, oh two one two, three four five six, seven eight nine four." },
    { channel: 0, from: 11, to: 13, text: 'Thank you. And the three digits on the back?' },
    { channel: 1, from: 14, to: 16, text: 'Seven three seven.' },
    { channel: 0, from: 17, to: 20, text: 'And your ID number and mobile number please?' },
    { channel: 1, from: 21, to: 29, text: "It's 110101 19851120 0121, and the mobile is 138 0013 8000." },
    { channel: 0, from: 31, to: 34, text: 'Your balance is three hundred and twelve dollars.' },
  ],
};

const off: Redactor = { version: 'off', redact: (transcript) => ({ transcript, muteSpans: [] }) };
const on: Redactor = { version: redactorVersion, redact: redactTranscript };

/** Takes a call through the real use case onto files, and gives back every file that is there. */
async function filesAfter(call: ScriptedCall, language: string, redactor: Redactor, name: string): Promise<Map<string, Buffer>> {
  const root = join(home, name);
  const objects = await openFileStore(join(root, 'objects'));
  const raw = encryptedRawStore({ objects, keys: new MemoryWrappedKeyStore(), wrapping: masterKeyWrapping(randomBytes(32)) });
  const scratch = await openScratch(join(root, 'scratch'));
  const callId = 'c'.repeat(32);
  // What comes in beside the sound: a manifest's words, a transcript of another system.
  const arriving = Buffer.from(call.said.map(({ text }) => text).join('\n'));
  const spooled = await scratch.spool(inPieces(arriving, 100), { maxBytes: 1e6 });
  await raw.put(callId, `recording/${spooled.sha256}`, spooled.read());
  await spooled.close();
  const plan: TranscriptPlan = { audioSha256: spooled.sha256, layout: 'agent-left', language };
  const { recogniser } = scriptedRecogniser(call);
  await transcribeCall(
    {
      decoder: scriptedDecoder(call),
      voiceActivity: amplitudeVoiceActivity,
      recogniser,
      answers: rawWindowAnswers(raw),
      objects,
      encoder: plainEncoder,
      redactor,
    },
    {
      callId,
      recording: anyRecording,
      limits: { maxDurationMs: 600_000, maxBytes: 1e9, timeoutMs: 60_000 },
      plan,
      recipe: transcriptRecipe(plan, {
        engine: recogniser.engine,
        voiceActivity: 'amplitude-1',
        redactor: redactor.version,
        language: '1',
      }),
      signal: new AbortController().signal,
    },
  );
  return new Map(
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(root.length), readFileSync(path)]),
  );
}

const findings = (files: ReadonlyMap<string, Buffer>): (PlantFound & { file: string })[] =>
  [...files].flatMap(([file, bytes]) => scanForPlants(bytes, plants).map((found) => ({ ...found, file })));

describe.each([
  ['Chinese', chinese, 'zh'],
  ['English', english, 'en'],
] as const)('planted numbers of a %s call', (name, call, language) => {
  test('are found by the scan while the redactor is off, each of them, and only in the transcript', async () => {
    const found = findings(await filesAfter(call, language, off, `${name}-off`));
    expect(new Set(found.map(({ plant }) => plant))).toEqual(new Set(plants.map((plant) => plant.name)));
    expect(found.every(({ file }) => file.includes('/transcript/'))).toBe(true);
  });

  test('are nowhere with the redactor on: not in objects, raw data, scratch, rendition or names', async () => {
    const files = await filesAfter(call, language, on, `${name}-on`);
    expect([...files.keys()].map((file) => file.split('/')[5]).toSorted()).toEqual(
      expect.arrayContaining(['transcript', 'metrics', 'rendition', 'peaks']),
    );
    expect([...files.keys()].some((file) => file.includes('/raw/'))).toBe(true);
    expect(findings(files)).toEqual([]);
    expect(scanForPlants([...files.keys()].join('\n'), plants)).toEqual([]);
  });
});

describe('errors of the stores', () => {
  test('never quote a name, a path or content', async () => {
    const objects = await openFileStore(join(home, 'errors'));
    const raw = encryptedRawStore({ objects, keys: new MemoryWrappedKeyStore(), wrapping: masterKeyWrapping(randomBytes(32)) });
    const digits = plants[0]!.digits;
    await raw.put('owner', 'x', Buffer.from(digits));
    await objects.delete('raw/owner/x');
    await objects.put('raw/owner/x', Buffer.from(`PLR1${digits}`.repeat(9)));
    await raw.erase('erased');
    const failures = await Promise.all(
      [
        () => objects.put(`../${digits}`, new Uint8Array()),
        () => objects.read(`a b ${digits}`),
        () => raw.put(`${digits}/`, 'x', new Uint8Array()),
        () => raw.put('erased', digits, new Uint8Array()),
        () => raw.read('owner', 'x').then(bytesOf),
      ].map((work) =>
        work().then(
          () => undefined,
          (error: unknown) => error,
        ),
      ),
    );
    for (const failure of failures) {
      expect(failure).toBeInstanceOf(Error);
      expect(scanForPlants(`${String(failure)}\n${JSON.stringify(failure)}`, plants)).toEqual([]);
    }
  });
});
