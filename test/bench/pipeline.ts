import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryObjectStore } from '../../services/adapters/memory/object-store.ts';
import { memoryRawStore } from '../../services/adapters/memory/raw-store.ts';
import { packageRoot, readSettings, sha256 } from '../../services/kernel/index.ts';
import { openAudioParts } from '../../services/main/audio-parts.ts';
import { openRecogniser } from '../../services/main/recogniser.ts';
import { decodeLimits } from '../../services/main/stages.ts';
import { languageVersion } from '../../language/index.ts';
import { readRubric, scoreTranscript } from '../../scoring/index.ts';
import {
  type Recogniser,
  type SpeechWindow,
  transcribeCall,
  type TranscriptPlan,
  transcriptRecipe,
} from '../../transcribe/index.ts';

const files = (process.env['PLUMBLINE_BENCH_FILES'] ?? 'zh-02,en-03').split(',');

/**
 * One call at a time, recogniser on one thread, temperature 0, warm: the pipeline's wall time over the bare recogniser's on the
 * same windows, and the CPU that the rest of the product uses over the recogniser's.
 */
export async function run(): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'plumbline-bench-'));
  const settings = readSettings({ HOME: scratch, PLUMBLINE_HOME: scratch });
  const { recogniser, stop } = await openRecogniser(
    settings,
    process.env,
    console.log,
    () => undefined,
    new AbortController().signal,
  );
  const rubric = readRubric(readFileSync(join(packageRoot, 'rubrics/wealth-outbound.yaml'), 'utf8'));
  if ('errors' in rubric) throw new Error('the shipped rubric does not read');
  const signal = new AbortController().signal;
  const none = new AbortController().signal;
  await recogniser.recognise({ samples: new Int16Array(16_000), sampleRate: 16_000, language: 'en' }, none);
  const sums = { pipeline: 0, bare: 0, whole: 0, cpuRest: 0, cpuRecogniser: 0 };
  console.log('call     audio s  windows  talk %  pipeline s  bare s  ratio   whole channels s  rest CPU / recogniser CPU');
  try {
    for (const file of files) {
      const bytes = readFileSync(join(packageRoot, 'samples', `${file}.flac`));
      const windows: SpeechWindow[] = [];
      const watched: Recogniser = {
        engine: recogniser.engine,
        recognise: (window, abort) => {
          windows.push(window);
          return recogniser.recognise(window, abort);
        },
      };
      const hear = async (ears: Recogniser): Promise<{ ms: number; durationMs: number; talkMs: number }> => {
        const parts = await openAudioParts(ears, memoryRawStore(), new MemoryObjectStore(), scratch);
        const plan: TranscriptPlan = {
          audioSha256: sha256(bytes),
          layout: undefined,
          language: file.startsWith('zh') ? 'zh' : 'en',
        };
        const recipe = transcriptRecipe(plan, {
          engine: ears.engine,
          voiceActivity: 'bench',
          redactor: 'bench',
          language: languageVersion,
        });
        const begun = performance.now();
        const { transcript } = await transcribeCall(parts.hearing, {
          callId: sha256(file).slice(0, 32),
          recording: {
            sizeBytes: bytes.length,
            async *read(start = 0, end = bytes.length) {
              yield bytes.subarray(start, end);
            },
          },
          limits: decodeLimits,
          plan,
          recipe,
          signal,
        });
        scoreTranscript(rubric.rubric, transcript);
        const ms = performance.now() - begun;
        parts.close();
        return {
          ms,
          durationMs: transcript.durationMs,
          talkMs: transcript.turns.reduce((sum, turn) => sum + turn.endMs - turn.startMs, 0),
        };
      };
      await hear(watched);
      const same = windows.splice(0);
      const cpuBefore = cpu();
      const pipeline = await hear(recogniser);
      const cpuAfter = cpu();
      const bareBegun = performance.now();
      for (const window of same) await recogniser.recognise(window, none);
      const bare = performance.now() - bareBegun;
      const whole = await wholeChannels(recogniser, same, pipeline.durationMs);
      const rest = cpuAfter.rest - cpuBefore.rest;
      const engine = cpuAfter.recogniser - cpuBefore.recogniser;
      sums.pipeline += pipeline.ms;
      sums.bare += bare;
      sums.whole += whole;
      sums.cpuRest += rest;
      sums.cpuRecogniser += engine;
      console.log(
        `${file.padEnd(8)} ${(pipeline.durationMs / 1000).toFixed(1).padEnd(8)} ${String(same.length).padEnd(8)} ${((pipeline.talkMs / pipeline.durationMs) * 100).toFixed(0).padEnd(7)} ${(pipeline.ms / 1000).toFixed(2).padEnd(11)} ${(bare / 1000).toFixed(2).padEnd(7)} ${(pipeline.ms / bare).toFixed(3).padEnd(7)} ${(whole / 1000).toFixed(2).padEnd(17)} ${(rest / engine).toFixed(3)}`,
      );
    }
    console.log(
      `wall: pipeline over bare recogniser on the same windows ${(sums.pipeline / sums.bare).toFixed(3)} (budget 1.05)`,
    );
    console.log(
      `CPU: everything but the recogniser over the recogniser ${(sums.cpuRest / sums.cpuRecogniser).toFixed(3)} (budget 0.12)`,
    );
    console.log(`windows over whole channels, wall: ${(sums.bare / sums.whole).toFixed(3)} (no budget)`);
    console.log(`memory: node ${memory('self').toFixed(0)} MB, recogniser ${recogniserMemory().toFixed(0)} MB`);
  } finally {
    await stop();
    await rm(scratch, { recursive: true, force: true });
  }
}

/** What cutting whole channels into 28 s pieces would take: as many pieces as the audio has, recognised for their length. */
async function wholeChannels(recogniser: Recogniser, windows: readonly SpeechWindow[], durationMs: number): Promise<number> {
  const speech = windows.reduce((sum, { samples }) => sum + samples.length, 0);
  const all = new Int16Array(Math.min(speech * 4, (durationMs / 1000) * 16_000 * 2));
  let at = 0;
  for (const { samples } of windows) {
    if (at + samples.length > all.length) break;
    all.set(samples, at);
    at += samples.length;
  }
  const begun = performance.now();
  for (let start = 0; start < all.length; start += 28 * 16_000)
    await recogniser.recognise(
      { samples: all.subarray(start, start + 28 * 16_000), sampleRate: 16_000, language: windows[0]?.language },
      new AbortController().signal,
    );
  return performance.now() - begun;
}

const ticksPerSecond = 100;

function processes(): { pid: string; command: string; ticks: number; parent: string }[] {
  const found = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const ticks = Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14]);
      found.push({ pid, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8'), ticks, parent: fields[1] ?? '' });
    } catch {
      // a process that ended in between
    }
  return found;
}

/** CPU seconds of this process with its children, and of the recogniser's process. */
function cpu(): { rest: number; recogniser: number } {
  const mine = processes().filter(({ pid, parent }) => pid === String(process.pid) || parent === String(process.pid));
  const of = (isEngine: boolean): number =>
    mine.filter(({ command }) => command.includes('server.py') === isEngine).reduce((sum, { ticks }) => sum + ticks, 0) /
    ticksPerSecond;
  return { rest: of(false), recogniser: of(true) };
}

function memory(pid: string): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}

function recogniserMemory(): number {
  const engine = processes().find(({ command, parent }) => command.includes('server.py') && parent === String(process.pid));
  return engine === undefined ? 0 : memory(engine.pid);
}
