import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../services/kernel/index.ts';
import { type Layout, type Transcript, transcriptSchema } from '../../transcribe/index.ts';
import type { ScoredLanguage } from './word-errors.ts';

/** What is truly said in a stretch of one channel. */
export interface TrueTurn {
  readonly channel: number;
  readonly startMs: number;
  /** Undefined: to the end. */
  readonly endMs: number | undefined;
  readonly speaker: 'agent' | 'customer';
  readonly text: string;
}

export interface LabelledRecording {
  readonly set: string;
  readonly id: string;
  readonly path: string;
  /** What units the set is scored in. */
  readonly language: ScoredLanguage;
  /** What the product is told: a language, or `auto`. */
  readonly told: ScoredLanguage | 'auto';
  readonly layout: Layout;
  readonly turns: readonly TrueTurn[];
}

/** Where the labelled recordings lie: beside the repository, or where PLUMBLINE_FIXTURES says. */
export function fixturesFolder(): string | undefined {
  const folder = process.env['PLUMBLINE_FIXTURES'] ?? join(packageRoot, '..', 'shared', 'fixtures');
  return existsSync(join(folder, 'audio')) ? join(folder, 'audio') : undefined;
}

/** Every labelled recording of the folder, by set. */
export function labelledRecordings(audio: string): LabelledRecording[] {
  return [
    ...synthetic(join(audio, 'synth')),
    ...lines(audio, 'en_azure_train', 'trans.txt', 'en', ''),
    ...lines(audio, 'zh_azure_train', 'trans.txt', 'zh', ''),
    ...lines(audio, 'zh_aishell', 'text', 'zh', '.wav'),
    ...lines(audio, 'zh_tts_sherpa', 'text.tsv', 'zh', '.wav'),
    ...twoSentences(join(audio, 'en_stereo_fw')),
    ...lines(audio, 'en_ivr_asterisk', 'text.tsv', 'en', '.wav'),
  ];
}

function synthetic(folder: string): LabelledRecording[] {
  if (!existsSync(folder)) return [];
  const ids = readdirSync(folder).flatMap((name) => /^(.+)\.transcript\.json$/u.exec(name)?.[1] ?? []);
  return ids.toSorted().map((id) => {
    const truth = transcriptOf(join(folder, `${id}.transcript.json`));
    const mixed =
      truth.turns.some((turn) => /\p{Script=Han}/u.test(turn.text)) &&
      truth.turns.some((turn) => /[a-z]{3} [a-z]{2}/iu.test(turn.text));
    const language = truth.language === 'zh' ? 'zh' : 'en';
    return {
      set: 'synth',
      id,
      path: join(folder, `${id}.flac`),
      language,
      told: mixed ? 'auto' : language,
      layout: truth.layout,
      turns: truth.turns.map(({ channel, startMs, endMs, speaker, text }) => ({
        channel,
        startMs,
        endMs,
        speaker: speaker === 'customer' ? 'customer' : 'agent',
        text,
      })),
    };
  });
}

function transcriptOf(path: string): Transcript {
  return transcriptSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
}

/** A set of clips with one line a clip: name, space, what is said. */
function lines(audio: string, set: string, labels: string, language: ScoredLanguage, extension: string): LabelledRecording[] {
  const folder = join(audio, set);
  if (!existsSync(join(folder, labels))) return [];
  return readFileSync(join(folder, labels), 'utf8')
    .replace(/^\uFEFF/u, '')
    .split('\n')
    .flatMap((line) => {
      const [, name, text] = /^(\S+)\s+(.+)$/u.exec(line.trim()) ?? [];
      if (name === undefined || text === undefined) return [];
      const path = join(folder, name.endsWith('.wav') ? name : `${name}${extension}`);
      const turn: TrueTurn = { channel: 0, startMs: 0, endMs: undefined, speaker: 'agent', text: text.trim() };
      return existsSync(path) ? [{ set, id: name, path, language, told: language, layout: 'mono' as const, turns: [turn] }] : [];
    });
}

function twoSentences(folder: string): LabelledRecording[] {
  if (!existsSync(join(folder, 'text.tsv'))) return [];
  const turns = readFileSync(join(folder, 'text.tsv'), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): TrueTurn => {
      const [side, text] = line.split('\t') as [string, string];
      return { channel: side === 'L' ? 0 : 1, startMs: 0, endMs: undefined, speaker: side === 'L' ? 'agent' : 'customer', text };
    });
  return [
    {
      set: 'en_stereo_fw',
      id: 'stereo',
      path: join(folder, 'stereo_diarization.wav'),
      language: 'en',
      told: 'en',
      layout: 'agent-left',
      turns,
    },
  ];
}
