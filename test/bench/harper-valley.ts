import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Transcript, transcriptSchema } from '../../transcribe/index.ts';

/** A real call of a bank's service line (Gridspace-Stanford Harper Valley), as people wrote it and as a machine did. */
export interface BankCall {
  readonly id: string;
  readonly human: Transcript;
  readonly machine: Transcript;
  /** Dialogue acts of each turn of the agent, in order. */
  readonly agentActs: readonly (readonly string[])[];
  /** What the agent had to do: expressions that hold when it was said that it was done, from the labels of the task. */
  readonly tasks: readonly TaskValue[];
  readonly taskType: string;
}

export interface TaskValue {
  readonly what: string;
  readonly expression: string;
}

interface Segment {
  readonly index: number;
  readonly speaker_role: 'agent' | 'caller';
  readonly start_ms: number;
  readonly duration_ms: number;
  readonly human_transcript: string;
  readonly transcript: string;
  readonly dialog_acts: readonly string[];
}

/** The calls of a folder with `transcript/` and `metadata/`; none where it is not there. */
export function bankCalls(folder: string): readonly BankCall[] {
  if (!existsSync(join(folder, 'transcript'))) return [];
  return readdirSync(join(folder, 'transcript'))
    .toSorted()
    .map((file) => {
      const segments = json(join(folder, 'transcript', file)) as readonly Segment[];
      const { tasks } = json(join(folder, 'metadata', file)) as { readonly tasks: readonly Readonly<Record<string, unknown>>[] };
      return {
        id: file.slice(0, 6),
        human: transcriptOf(segments, (segment) => segment.human_transcript),
        machine: transcriptOf(segments, (segment) => segment.transcript),
        agentActs: segments.filter(({ speaker_role: role }) => role === 'agent').map((segment) => segment.dialog_acts),
        tasks: tasks.flatMap(valuesOf),
        taskType: String(tasks[0]?.['task_type']),
      };
    });
}

function json(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Noises (in brackets) and what nobody understood are no words; a turn of nothing else is none. */
function transcriptOf(segments: readonly Segment[], textOf: (segment: Segment) => string): Transcript {
  const turns = segments.flatMap((segment) => {
    const text = textOf(segment)
      .replaceAll(/\[[^\]]*\]|<[^>]*>/gu, ' ')
      .replaceAll(/\s+/gu, ' ')
      .trim();
    const speaker = segment.speaker_role === 'agent' ? 'agent' : 'customer';
    const endMs = segment.start_ms + segment.duration_ms;
    return text === ''
      ? []
      : [
          {
            id: `t${segment.index}`,
            speaker,
            speakerConfidence: 1,
            channel: speaker === 'agent' ? 0 : 1,
            startMs: segment.start_ms,
            endMs,
            text,
          },
        ];
  });
  const durationMs = Math.max(...segments.map((segment) => segment.start_ms + segment.duration_ms));
  return transcriptSchema.parse({ version: 1, language: 'en', durationMs, layout: 'agent-left', turns });
}

/** Amounts, cards and telephone numbers that a task names, as the agent says them when it is done. */
function valuesOf(task: Readonly<Record<string, unknown>>): readonly TaskValue[] {
  const out: TaskValue[] = [];
  const add = (what: string, words: string): void => {
    out.push({ what, expression: `agent: "${words}"` });
  };
  const given = (name: string): string | undefined => (task[name] === undefined ? undefined : String(task[name]));
  const amount = given('transfer amount') ?? given('account balance');
  if (amount !== undefined) add(`${amount} dollars`, `${amount} dollars`);
  const account = given('transfer source account') ?? given('balance check account type');
  if (account !== undefined) add(`${account} account`, `${account} account`);
  const card = given('replacement card type');
  if (card !== undefined) add(`${card} card`, `${card} card`);
  const phone = given('phone');
  if (phone !== undefined) add(phone, phone.replaceAll('-', ''));
  return out;
}
