import { z } from 'zod';
import { countUnits, isBackchannel, syllableCount } from '../language/index.ts';
import { asksForAnswer, asksToWait } from './speaker-cues.ts';
import type { Sound, Speaker, Transcript, Turn } from './transcript.ts';

const ms = z.int().nonnegative();
const count = z.int().nonnegative();
const perMille = z.int().min(0);
const party = z.enum(['agent', 'customer']);
const anySpeaker = z.enum(['agent', 'customer', 'system', 'unknown']);
const tenthsOfDbfs = z.int();

const rateSchema = z.object({
  /** Chinese characters a minute over the Chinese stretches; absent without such. */
  cpm: count.optional(),
  /** English words a minute over the English stretches. */
  wpm: count.optional(),
  /** Syllables a minute over all speech: what the two languages have in common. */
  syllablesPerMinute: count.optional(),
  units: count,
  speechMs: ms,
});

/** `speech-metrics.v1`: how a call was spoken. Integers alone: ms, 1/1000, tenths of dBFS. More fields may be added, these stay. */
export const speechMetricsSchema = z.looseObject({
  version: z.literal(1),
  durationMs: ms,
  /** From the first to the last word of a person; absent when nobody speaks. */
  spoken: z.object({ startMs: ms, endMs: ms }).optional(),
  talk: z.object({
    agentMs: ms,
    customerMs: ms,
    unknownMs: ms,
    /** The agent's share of what both speak, 1/1000; absent when nobody speaks. */
    agentPerMille: perMille.optional(),
  }),
  /** Dead air of two seconds and more, and who should have spoken. */
  silences: z.array(z.object({ startMs: ms, endMs: ms, owedBy: z.enum(['agent', 'customer', 'unknown']) })),
  silenceMs: ms,
  /** Somebody begins while another speaks, for 300 ms or more; back-channels do not count. `yielded`: the other broke off. */
  overtalk: z.array(
    z.object({ startMs: ms, endMs: ms, by: anySpeaker, turnId: z.string(), overTurnId: z.string(), yielded: z.boolean() }),
  ),
  interruptions: z.object({ byAgent: count, byCustomer: count, byUnknown: count }),
  responses: z.array(z.object({ turnId: z.string(), speaker: anySpeaker, ms })),
  responseMs: z.object({ agent: ms.optional(), customer: ms.optional() }),
  pace: z.object({
    turns: z.array(rateSchema.extend({ turnId: z.string(), speaker: anySpeaker })),
    agent: rateSchema.optional(),
    customer: rateSchema.optional(),
    /** The agent's syllables a minute over the customer's, 1/1000. */
    agentToCustomerPerMille: perMille.optional(),
  }),
  holds: z.array(z.object({ startMs: ms, endMs: ms })),
  holdMs: ms,
  loudness: z.array(
    z.object({
      channel: z.int().min(0).max(1),
      wholeTenths: tenthsOfDbfs,
      speechTenths: tenthsOfDbfs.optional(),
      peakTenths: tenthsOfDbfs,
    }),
  ),
});
export type SpeechMetrics = z.output<typeof speechMetricsSchema>;
type Party = z.output<typeof party>;

/** What the metrics ask of a channel's sound. */
export interface ChannelLoudness {
  readonly wholeTenths: number;
  readonly peakTenths: number;
  between(startMs: number, endMs: number): number;
}

const silenceFromMs = 2000;
const overtalkFromMs = 300;
/** Speech with shorter pauses is one run: what breaks in between two runs breaks into nothing. */
const runPauseMs = 300;
/** Talk and pace are measured with the pauses that speech has of itself. */
const floorPauseMs = 1000;
const holdFromMs = 2000;

/**
 * Measures a transcript: who spoke how long and how fast, where nobody spoke and who should have, who broke in. Words' times
 * are used where there are any, else the turns'. Sounds of the line count as neither speech nor silence.
 */
export function speechMetrics(transcript: Transcript, loudness: readonly ChannelLoudness[] = []): SpeechMetrics {
  const turns = transcript.turns.map(measuredTurn).filter((turn) => turn.runs.length > 0);
  const people = turns.filter((turn) => turn.speaker !== 'system');
  const sounds = transcript.sounds ?? [];
  const spoken =
    people.length === 0
      ? undefined
      : { startMs: Math.min(...starts(people)), endMs: people.reduce((end, turn) => Math.max(end, turn.endMs), 0) };
  const silences = spoken === undefined ? [] : deadAir(turns, sounds, spoken);
  const overtalk = overtalkOf(people);
  const responses = responsesOf(people);
  const holds = union(sounds.filter((sound) => sound.kind === 'music')).filter((hold) => hold.endMs - hold.startMs >= holdFromMs);
  return {
    version: 1,
    durationMs: transcript.durationMs,
    ...(spoken === undefined ? {} : { spoken }),
    talk: talkOf(people),
    silences,
    silenceMs: total(silences),
    overtalk,
    interruptions: {
      byAgent: overtalk.filter((event) => event.by === 'agent').length,
      byCustomer: overtalk.filter((event) => event.by === 'customer').length,
      byUnknown: overtalk.filter((event) => event.by === 'unknown').length,
    },
    responses,
    responseMs: { ...medianResponse('agent', responses), ...medianResponse('customer', responses) },
    pace: paceOf(people),
    holds,
    holdMs: total(holds),
    loudness: loudness.map((channel, index) => loudnessOf(channel, index, people)),
  };
}

interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}

interface MeasuredTurn extends Stretch {
  readonly turn: Turn;
  readonly speaker: Speaker;
  readonly runs: readonly Stretch[];
  readonly backchannel: boolean;
  readonly question: boolean;
}

function measuredTurn(turn: Turn): MeasuredTurn {
  const words = (turn.words ?? []).filter((word) => word.endMs > word.startMs);
  const runs =
    words.length > 0 ? merge(words, runPauseMs) : turn.endMs > turn.startMs ? [{ startMs: turn.startMs, endMs: turn.endMs }] : [];
  return {
    turn,
    speaker: turn.speaker,
    startMs: runs[0]?.startMs ?? turn.startMs,
    endMs: runs.reduce((end, run) => Math.max(end, run.endMs), turn.startMs),
    runs,
    backchannel: isBackchannel(turn.text),
    question: asksForAnswer(turn.text),
  };
}

const starts = (turns: readonly MeasuredTurn[]) => turns.map((turn) => turn.startMs);
const total = (stretches: readonly Stretch[]) => stretches.reduce((sum, stretch) => sum + stretch.endMs - stretch.startMs, 0);
const union = (stretches: readonly Stretch[]) => merge(stretches, 0);

/** Stretches in time order, joined where the gap is under `pauseMs` (0: where they touch or overlap). */
function merge(stretches: readonly Stretch[], pauseMs: number): Stretch[] {
  const out: { startMs: number; endMs: number }[] = [];
  for (const { startMs, endMs } of stretches.toSorted((a, b) => a.startMs - b.startMs)) {
    const last = out.at(-1);
    if (last !== undefined && (startMs <= last.endMs || startMs - last.endMs < pauseMs)) last.endMs = Math.max(last.endMs, endMs);
    else out.push({ startMs, endMs });
  }
  return out;
}

function talkOf(people: readonly MeasuredTurn[]): SpeechMetrics['talk'] {
  const by = (speaker: Speaker) =>
    total(union(people.filter((turn) => turn.speaker === speaker).flatMap((turn) => merge(turn.runs, floorPauseMs))));
  const agentMs = by('agent');
  const customerMs = by('customer');
  const both = agentMs + customerMs;
  return {
    agentMs,
    customerMs,
    unknownMs: by('unknown'),
    ...(both === 0 ? {} : { agentPerMille: Math.round((agentMs * 1000) / both) }),
  };
}

function deadAir(turns: readonly MeasuredTurn[], sounds: readonly Sound[], spoken: Stretch): SpeechMetrics['silences'] {
  const filled = union([...turns.flatMap((turn) => turn.runs), ...sounds]);
  const silences: SpeechMetrics['silences'] = [];
  let quietFrom = spoken.startMs;
  for (const stretch of [...filled, { startMs: spoken.endMs, endMs: spoken.endMs }]) {
    const until = Math.min(stretch.startMs, spoken.endMs);
    if (until - quietFrom >= silenceFromMs)
      silences.push({ startMs: quietFrom, endMs: until, owedBy: owedBy(turns, quietFrom, until) });
    quietFrom = Math.max(quietFrom, stretch.endMs);
  }
  return silences;
}

/**
 * Who should have spoken in a silence: whoever asked to wait; whoever was asked; after the
 * customer spoke, the agent, who leads the call; after a statement of the agent, whoever ends the silence.
 */
function owedBy(turns: readonly MeasuredTurn[], startMs: number, endMs: number): 'agent' | 'customer' | 'unknown' {
  const people = turns.filter((turn) => turn.speaker === 'agent' || turn.speaker === 'customer');
  const before = people.filter((turn) => turn.startMs < startMs && !turn.backchannel).at(-1);
  const inside = before !== undefined && before.endMs > endMs;
  const after = people.find((turn) => turn.startMs >= endMs - 1);
  if (before === undefined) return 'unknown';
  if (inside || asksToWait(before.turn.text)) return before.speaker as Party;
  if (before.speaker === 'customer') return 'agent';
  return before.question || after?.speaker === 'customer' ? 'customer' : 'agent';
}

interface Floor extends Stretch {
  readonly speaker: Speaker;
  /** The party's turns, by time. */
  readonly turns: readonly MeasuredTurn[];
  /** The speech inside, without its pauses. */
  readonly speech: readonly Stretch[];
}

/** Stretches in which somebody holds the floor: their speech with pauses under a second, whatever turns it is written in. */
function floorsOf(people: readonly MeasuredTurn[]): Floor[] {
  const parties = Map.groupBy(
    people.filter((turn) => !turn.backchannel),
    (turn) => `${turn.speaker} ${turn.turn.channel}`,
  );
  return [...parties.values()].flatMap((turns) => {
    const speech = turns.flatMap((turn) => turn.runs);
    return merge(speech, floorPauseMs).map((floor): Floor => ({
      ...floor,
      speaker: turns[0]!.speaker,
      turns,
      speech: speech.filter((run) => run.startMs < floor.endMs && run.endMs > floor.startMs),
    }));
  });
}

/** The turn that a party is in at a moment: the last that began by then. */
function turnAt(floor: Floor, moment: number): string {
  return (floor.turns.findLast((turn) => turn.startMs <= moment) ?? floor.turns[0]!).turn.id;
}

function overtalkOf(people: readonly MeasuredTurn[]): SpeechMetrics['overtalk'] {
  const events: SpeechMetrics['overtalk'] = [];
  let open: Floor[] = [];
  for (const floor of floorsOf(people).toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs)) {
    open = open.filter((earlier) => earlier.endMs > floor.startMs);
    for (const earlier of open) {
      if (spokenTogether(earlier.speech, floor.speech) < overtalkFromMs) continue;
      events.push({
        startMs: floor.startMs,
        endMs: Math.min(earlier.endMs, floor.endMs),
        by: floor.speaker,
        turnId: turnAt(floor, floor.startMs),
        overTurnId: turnAt(earlier, floor.startMs),
        yielded: earlier.endMs < floor.endMs,
      });
    }
    open.push(floor);
  }
  return events;
}

/** Milliseconds in which both really speak. */
function spokenTogether(a: readonly Stretch[], b: readonly Stretch[]): number {
  let sum = 0;
  for (const one of a)
    for (const two of b) sum += Math.max(0, Math.min(one.endMs, two.endMs) - Math.max(one.startMs, two.startMs));
  return sum;
}

function responsesOf(people: readonly MeasuredTurn[]): SpeechMetrics['responses'] {
  const responses: SpeechMetrics['responses'] = [];
  let before: MeasuredTurn | undefined;
  for (const turn of people.filter((each) => !each.backchannel)) {
    if (before !== undefined && before.speaker !== turn.speaker) {
      responses.push({ turnId: turn.turn.id, speaker: turn.speaker, ms: Math.max(0, turn.startMs - before.endMs) });
    }
    before = turn;
  }
  return responses;
}

function medianResponse(speaker: Party, responses: SpeechMetrics['responses']): Partial<Record<Party, number>> {
  const sorted = responses
    .filter((response) => response.speaker === speaker)
    .map((response) => response.ms)
    .toSorted((a, b) => a - b);
  if (sorted.length === 0) return {};
  const middle = sorted.length >> 1;
  return { [speaker]: sorted.length % 2 === 1 ? sorted[middle]! : Math.round((sorted[middle - 1]! + sorted[middle]!) / 2) };
}

type Rate = z.output<typeof rateSchema>;

/** How much of each language, and in what time: what rates are made of. */
interface Amount {
  characters: number;
  words: number;
  syllables: number;
  chineseMs: number;
  englishMs: number;
}

const none = (): Amount => ({ characters: 0, words: 0, syllables: 0, chineseMs: 0, englishMs: 0 });

function paceOf(people: readonly MeasuredTurn[]): SpeechMetrics['pace'] {
  const sums = { agent: none(), customer: none() };
  const turns = people.map((turn) => {
    const amount = amountOf(turn);
    if (turn.speaker === 'agent' || turn.speaker === 'customer') add(sums[turn.speaker], amount);
    return { turnId: turn.turn.id, speaker: turn.speaker, ...rateOf(amount) };
  });
  const agent = rateOf(sums.agent);
  const customer = rateOf(sums.customer);
  const ratio =
    agent.syllablesPerMinute === undefined || !customer.syllablesPerMinute
      ? undefined
      : Math.round((agent.syllablesPerMinute * 1000) / customer.syllablesPerMinute);
  return {
    turns,
    ...(agent.speechMs === 0 ? {} : { agent }),
    ...(customer.speechMs === 0 ? {} : { customer }),
    ...(ratio === undefined ? {} : { agentToCustomerPerMille: ratio }),
  };
}

/** Time goes to the languages by their syllables: recognisers' times for single words are not good enough to divide it. */
function amountOf(turn: MeasuredTurn): Amount {
  const said = withSpokenDigits(turn.turn.text);
  const { han: characters, words } = countUnits(said);
  const syllables = syllableCount(said);
  const speech = total(merge(turn.runs, floorPauseMs));
  const chinese = syllables === 0 ? 0 : Math.round((speech * Math.min(characters, syllables)) / syllables);
  return { characters, words, syllables, chineseMs: chinese, englishMs: words === 0 ? 0 : speech - chinese };
}

/**
 * Recognisers write digits for numbers that took time to say: in Chinese a character for each digit, in English a word for
 * each digit of a string, and one or two words for a number.
 */
function withSpokenDigits(text: string): string {
  return text.replace(/\d+(?:[.,]\d+)*/gu, (run: string, at: number) => {
    const digits = run.replace(/\D/gu, '').length;
    const before = /\p{L}(?=\P{L}*$)/u.exec(text.slice(0, at))?.[0];
    const after = /\p{L}/u.exec(text.slice(at + run.length))?.[0];
    if (/\p{Script=Han}/u.test(before ?? after ?? '')) return '一'.repeat(digits);
    return ' one '.repeat(digits <= 2 ? 1 : run.length > digits ? 2 : digits);
  });
}

function add(sum: Amount, amount: Amount): void {
  sum.characters += amount.characters;
  sum.words += amount.words;
  sum.syllables += amount.syllables;
  sum.chineseMs += amount.chineseMs;
  sum.englishMs += amount.englishMs;
}

function rateOf(amount: Amount): Rate {
  const speechMs = amount.chineseMs + amount.englishMs;
  const perMinute = (units: number, during: number) => Math.round((units * 60_000) / during);
  return {
    units: amount.characters + amount.words,
    speechMs,
    ...(amount.characters > 0 && amount.chineseMs > 0 ? { cpm: perMinute(amount.characters, amount.chineseMs) } : {}),
    ...(amount.words > 0 && amount.englishMs > 0 ? { wpm: perMinute(amount.words, amount.englishMs) } : {}),
    ...(speechMs > 0 ? { syllablesPerMinute: perMinute(amount.syllables, speechMs) } : {}),
  };
}

function loudnessOf(
  loudness: ChannelLoudness,
  channel: number,
  people: readonly MeasuredTurn[],
): SpeechMetrics['loudness'][number] {
  const runs = people.filter((turn) => turn.turn.channel === channel).flatMap((turn) => turn.runs);
  let power = 0;
  for (const run of runs) power += 10 ** (loudness.between(run.startMs, run.endMs) / 100) * (run.endMs - run.startMs);
  return {
    channel,
    wholeTenths: loudness.wholeTenths,
    peakTenths: loudness.peakTenths,
    ...(runs.length === 0 ? {} : { speechTenths: Math.round(100 * Math.log10(power / total(runs))) }),
  };
}
