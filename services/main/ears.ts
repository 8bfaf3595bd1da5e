import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createHash } from 'node:crypto';
import { MemoryObjectStore } from '../adapters/memory/object-store.ts';
import { memoryRawStore } from '../adapters/memory/raw-store.ts';
import type { Ears } from '../cli/roots.ts';
import { inspectRecording } from '../../ingest/index.ts';
import { languageVersion } from '../../language/index.ts';
import { Refused, type Settings, wholeBytes } from '../kernel/index.ts';
import { scoreWithJudge } from '../../scoring/index.ts';
import { type Recording, transcribeCall, type TranscriptPlan, transcriptRecipe } from '../../transcribe/index.ts';
import { openAudioParts } from './audio-parts.ts';
import { openRecogniser } from './recogniser.ts';
import { openLoneJudge } from './judge.ts';
import { decodeLimits } from './stages.ts';

/** The same use cases as the pipeline's, on memory stores: one file, no server, nothing left behind. */
export async function openEars(
  settings: Settings,
  environment: Readonly<Record<string, string | undefined>>,
  note: (text: string) => void,
  signal: AbortSignal,
): Promise<Ears> {
  const scratch = await mkdtemp(join(tmpdir(), 'plumbline-'));
  const raw = memoryRawStore();
  const objects = new MemoryObjectStore();
  const { recogniser, stop } = await openRecogniser({ ...settings, home: scratch }, environment, note, () => undefined, signal);
  const audio = await openAudioParts(recogniser, raw, objects, scratch);
  let rendition: string | undefined;
  return {
    transcribe: async (file, { language, layout }, onProgress) => {
      const recording = await fileRecording(file, onProgress);
      const refusal = await inspectRecording(recording);
      if (refusal !== undefined) throw new Refused(refusal);
      const audioSha256 = await fileSha256(file);
      const plan: TranscriptPlan = { audioSha256, layout: layout ?? settings.layout, language: language ?? settings.language };
      const { hearing } = audio;
      const recipe = transcriptRecipe(plan, {
        engine: recogniser.engine,
        voiceActivity: hearing.voiceActivity.version,
        redactor: hearing.redactor.version,
        language: languageVersion,
      });
      const { transcript, metrics, row } = await transcribeCall(hearing, {
        callId: audioSha256.slice(0, 32),
        recording,
        limits: decodeLimits,
        plan,
        recipe,
        signal,
      });
      rendition = row.renditionObject;
      return { transcript, metrics, audioSha256 };
    },
    score: async (rubric, transcript) => {
      const call = { callId: transcript.callId ?? '', transcript };
      const judge = openLoneJudge(settings);
      return (await scoreWithJudge(judge === undefined ? {} : { judge }, rubric, call, {}, signal)).card;
    },
    writeRendition: async (path) => {
      if (rendition === undefined) return;
      const content = await objects.read(rendition);
      if (content === undefined) return;
      await mkdir(dirname(resolve(path)), { recursive: true });
      await writeFile(resolve(path), await wholeBytes(content));
    },
    close: async () => {
      audio.close();
      await stop();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}

async function fileRecording(file: string, onRead: (done: number, total: number | undefined) => void): Promise<Recording> {
  const { size } = await stat(file);
  return {
    sizeBytes: size,
    async *read(start = 0, end = size) {
      if (end <= start) return;
      let done = start;
      for await (const part of createReadStream(file, { start, end: end - 1 })) {
        const bytes = part as Uint8Array;
        done += bytes.length;
        onRead(done, size);
        yield bytes;
      }
    },
  };
}

async function fileSha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(file)) hash.update(part as Uint8Array);
  return hash.digest('hex');
}
