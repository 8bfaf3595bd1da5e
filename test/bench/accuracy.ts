import { createReadStream, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { chooseDecoder } from '../../services/adapters/ffmpeg/index.ts';
import { startLocalEndpoint } from '../../services/adapters/local-speech/index.ts';
import { openAiRecogniser } from '../../services/adapters/openai/index.ts';
import { sileroVoiceActivity } from '../../services/adapters/voice-activity/index.ts';
import {
  type AudioDecoder,
  hearCall,
  type RecognisedWindow,
  type Recogniser,
  type Recording,
  type Transcript,
  type VoiceActivity,
  type WindowAnswers,
  windowAnswerName,
} from '../../transcribe/index.ts';
import { localSpeechHome } from '../servers/local-speech.ts';
import { fixturesFolder, type LabelledRecording, labelledRecordings, type TrueTurn } from './labelled-recordings.ts';
import { type Errors, errorsOf } from './word-errors.ts';

interface Bench {
  readonly decoder: AudioDecoder;
  readonly voiceActivity: VoiceActivity;
  readonly recogniser: Recogniser;
  readonly answers: WindowAnswers;
}

interface Row {
  readonly set: string;
  readonly id: string;
  readonly bare: Errors;
  readonly ours: Errors;
  /** 1/1000 of the words that stand with the speaker who said them; undefined where that is given by the channel. */
  readonly speakers: number | undefined;
}

const limits = { maxDurationMs: 14_400_000, maxBytes: 2 ** 31, timeoutMs: 120_000 };
const never = new AbortController().signal;
/** The transcript may be this many points worse than the bare recogniser on true turns. */
const allowedPoints = 1.5;

/**
 * For each labelled recording: word or character errors of the product's transcript, beside the bare recogniser's on the same
 * sound cut at the true turns. `filter` keeps recordings whose `set/id` begins with one of its words. Needs the local
 * recogniser and the fixtures; says so and returns where one is missing. Prints a table; true when no set is more than 1.5
 * points worse and nothing is heard where nobody speaks.
 */
export async function run(filter: readonly string[] = []): Promise<boolean> {
  const audio = fixturesFolder();
  const home = await localSpeechHome();
  if (audio === undefined || home === undefined) {
    console.log(
      audio === undefined ? 'accuracy: no labelled recordings here' : 'accuracy: the local recogniser is not installed here',
    );
    return true;
  }
  const endpoint = startLocalEndpoint({ home });
  const voiceActivity = sileroVoiceActivity();
  const { decoder } = await chooseDecoder();
  const recogniser = openAiRecogniser({
    address: (signal) => endpoint.address(signal),
    model: home.modelName,
    name: 'faster-whisper',
    version: home.version,
  });
  const bench: Bench = { decoder, voiceActivity, recogniser: remembered(recogniser), answers: forgetful };
  try {
    const chosen = labelledRecordings(audio).filter(
      ({ set, id }) => filter.length === 0 || filter.some((word) => `${set}/${id}`.startsWith(word)),
    );
    const rows: Row[] = [];
    for (const [index, recording] of chosen.entries()) {
      rows.push(await score(bench, recording));
      if (process.stderr.isTTY) process.stderr.write(`\r${index + 1} of ${chosen.length} `);
    }
    const fine = print(rows);
    const quiet = filter.length === 0 ? await silentOnes(bench, audio) : true;
    return fine && quiet;
  } finally {
    voiceActivity.close();
    await endpoint.stop();
  }
}

async function score(bench: Bench, recording: LabelledRecording): Promise<Row> {
  const bare = await bareTexts(bench, recording);
  const transcript = await transcriptOf(bench, recording.path, recording);
  const sides = recording.layout === 'mono' ? [undefined] : (['agent', 'customer'] as const);
  let [bareSum, oursSum] = [none, none];
  for (const side of sides) {
    const reference = joined(
      recording.turns.filter((turn) => side === undefined || turn.speaker === side).map((turn) => turn.text),
    );
    const bareText = joined(bare.filter(({ turn }) => side === undefined || turn.speaker === side).map(({ text }) => text));
    const oursText = joined(
      transcript.turns.filter((turn) => side === undefined || turn.speaker === side).map((turn) => turn.text),
    );
    bareSum = plus(bareSum, errorsOf(reference, bareText, recording.language));
    oursSum = plus(oursSum, errorsOf(reference, oursText, recording.language));
    if (process.env['PLUMBLINE_BENCH_TEXTS'] !== undefined)
      console.log([`${recording.id} ${side ?? ''}`, reference, bareText, oursText].join('\n  '));
  }
  const speakers =
    recording.set === 'synth' && recording.layout === 'mono' ? rightSpeakers(transcript, recording.turns) : undefined;
  return { set: recording.set, id: recording.id, bare: bareSum, ours: oursSum, speakers };
}

const none: Errors = { edits: 0, length: 0 };
const plus = (a: Errors, b: Errors): Errors => ({ edits: a.edits + b.edits, length: a.length + b.length });
const joined = (texts: readonly string[]): string => texts.join(' ');

/** The bare recogniser on the sound of each true turn, in time order. */
async function bareTexts(bench: Bench, recording: LabelledRecording): Promise<{ turn: TrueTurn; text: string }[]> {
  const channels = await samplesOf(bench.decoder, recording.path);
  const texts: { turn: TrueTurn; text: string }[] = [];
  for (const turn of recording.turns) {
    const samples = channels[turn.channel]!.slice(turn.startMs * 16, turn.endMs === undefined ? undefined : turn.endMs * 16);
    const language = recording.told === 'auto' ? (/\p{Script=Han}/u.test(turn.text) ? 'zh' : 'en') : recording.told;
    const answer = await bench.recogniser.recognise({ samples, sampleRate: 16_000, language }, never);
    texts.push({ turn, text: answer.text });
  }
  return texts;
}

async function samplesOf(decoder: AudioDecoder, path: string): Promise<Int16Array[]> {
  const decoded = await decoder.open(recordingAt(path), limits, never);
  const blocks: (readonly Int16Array[])[] = [];
  for await (const block of decoded.blocks) blocks.push(block);
  return Array.from({ length: decoded.channels }, (_, channel) => {
    const out = new Int16Array(blocks.reduce((sum, block) => sum + block[channel]!.length, 0));
    let at = 0;
    for (const block of blocks) {
      out.set(block[channel]!, at);
      at += block[channel]!.length;
    }
    return out;
  });
}

async function transcriptOf(bench: Bench, path: string, told: Pick<LabelledRecording, 'layout' | 'told'>): Promise<Transcript> {
  const plan = { audioSha256: undefined, layout: told.layout, language: told.told };
  const { raw } = await hearCall(bench, { callId: basename(path), recording: recordingAt(path), limits, plan, signal: never });
  return raw;
}

function recordingAt(path: string): Recording {
  return {
    sizeBytes: statSync(path).size,
    read: (start = 0, end) => createReadStream(path, end === undefined ? { start } : { start, end: end - 1 }),
  };
}

function rightSpeakers(transcript: Transcript, truth: readonly TrueTurn[]): number {
  let [all, right] = [0, 0];
  for (const turn of transcript.turns) {
    for (const word of turn.words ?? []) {
      const middle = (word.startMs + word.endMs) / 2;
      const there = truth.filter((each) => each.startMs - 100 <= middle && middle <= (each.endMs ?? 0) + 100);
      if (there.length === 0) continue;
      all += 1;
      if (there.some((each) => each.speaker === turn.speaker)) right += 1;
    }
  }
  return all === 0 ? 0 : Math.round((right * 1000) / all);
}

function print(rows: readonly Row[]): boolean {
  const percent = ({ edits, length }: Errors) => (100 * edits) / Math.max(1, length);
  const line = (name: string, bare: Errors, ours: Errors, speakers?: number) => {
    const points = percent(ours) - percent(bare);
    const mark = points > allowedPoints ? '  <-- worse' : '';
    const who = speakers === undefined ? '' : `  speakers right ${(speakers / 10).toFixed(1)} %`;
    console.log(
      `${name.padEnd(24)} ${String(bare.length).padStart(6)} ${percent(bare).toFixed(2).padStart(8)} ${percent(ours).toFixed(2).padStart(8)} ${points.toFixed(2).padStart(8)}${mark}${who}`,
    );
    return points <= allowedPoints;
  };
  console.log(
    `${'recording'.padEnd(24)} ${'units'.padStart(6)} ${'bare %'.padStart(8)} ${'ours %'.padStart(8)} ${'points'.padStart(8)}`,
  );
  let fine = true;
  const sets = [...new Set(rows.map((row) => row.set))];
  for (const set of sets) {
    const own = rows.filter((row) => row.set === set);
    if (set === 'synth') for (const row of own) line(row.id, row.bare, row.ours, row.speakers);
    const whole = line(
      `= ${set} (${own.length})`,
      own.map((row) => row.bare).reduce(plus, none),
      own.map((row) => row.ours).reduce(plus, none),
    );
    fine &&= whole;
  }
  return fine;
}

/** Hold music and an hour of silence: not a word may come of them. */
async function silentOnes(bench: Bench, audio: string): Promise<boolean> {
  const music = ['hold_music'].flatMap((set) => wavsIn(join(audio, set)));
  let words = 0;
  for (const path of music) {
    for (const told of ['zh', 'en', 'auto'] as const) words += wordsIn(await transcriptOf(bench, path, { layout: 'mono', told }));
  }
  const silence: AudioDecoder = {
    name: 'silence',
    open: async () => ({ container: 'wav', codec: 'pcm_s16le', channels: 2, sourceSampleRate: 8000, blocks: hourOfSilence() }),
  };
  const { raw: hour } = await hearCall(
    { ...bench, decoder: silence },
    {
      callId: 'silence',
      recording: { sizeBytes: 0, read: async function* () {} },
      limits,
      plan: { audioSha256: undefined, layout: 'agent-left', language: 'auto' },
      signal: never,
    },
  );
  const meetings = await wordsOutsideSpeech(bench, join(audio, 'ami_diarization'));
  console.log(
    `words in hold music: ${words}, in 60 minutes of silence: ${wordsIn(hour)}, in the pauses of meetings: ${meetings}`,
  );
  return words + wordsIn(hour) + meetings === 0;
}

/** Words of recorded meetings that lie where, by their labels (RTTM), nobody speaks within half a second. */
async function wordsOutsideSpeech(bench: Bench, folder: string): Promise<number> {
  const labels = join(folder, 'ref.rttm');
  if (!existsSync(labels)) return 0;
  const speech = readFileSync(labels, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/u))
    .filter(([kind]) => kind === 'SPEAKER')
    .map(([, file, , start, length]) => ({
      file,
      from: Number(start) * 1000 - 500,
      to: (Number(start) + Number(length)) * 1000 + 500,
    }));
  let outside = 0;
  for (const path of wavsIn(folder)) {
    const own = speech.filter(({ file }) => file === basename(path, '.wav'));
    const transcript = await transcriptOf(bench, path, { layout: 'mono', told: 'en' });
    for (const word of transcript.turns.flatMap((turn) => turn.words ?? [])) {
      if (!own.some(({ from, to }) => word.startMs < to && word.endMs > from)) outside += 1;
    }
  }
  return outside;
}

async function* hourOfSilence(): AsyncGenerator<readonly Int16Array[]> {
  for (let second = 0; second < 3600; second += 1) yield [new Int16Array(16_000), new Int16Array(16_000)];
}

const wordsIn = (transcript: Transcript) => transcript.turns.reduce((sum, turn) => sum + (turn.words?.length ?? 0), 0);

function wavsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.wav'))
    .map((name) => join(folder, name));
}

const forgetful: WindowAnswers = { get: async () => undefined, put: async () => undefined };

/** Keeps answers in the folder that PLUMBLINE_BENCH_ANSWERS names, so that a change after recognition is measured in seconds. */
function remembered(recogniser: Recogniser): Recogniser {
  const folder = process.env['PLUMBLINE_BENCH_ANSWERS'];
  if (folder === undefined) return recogniser;
  mkdirSync(folder, { recursive: true });
  return {
    engine: recogniser.engine,
    async recognise(window, signal) {
      const path = join(folder, windowAnswerName(recogniser.engine, window));
      if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as RecognisedWindow;
      const answer = await recogniser.recognise(window, signal);
      writeFileSync(path, JSON.stringify(answer));
      return answer;
    },
  };
}
