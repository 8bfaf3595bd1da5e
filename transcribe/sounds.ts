import type { SpeechRegion } from './ports.ts';
import { halver, type Halver } from './spectrum.ts';
import { followSteadyTones, type SteadyTones, stepSeconds, type TonalSecond } from './steady-tones.ts';
import { findToneFrames, frameMs, frameStepMs, type ToneFrames, toneKind } from './tone-frames.ts';
import type { Sound } from './transcript.ts';

/** A sound as `transcript.v1` holds it, with how sure it is (1/1000). Of keypad tones only that there were some, and when. */
export type HeardSound = Pick<Sound, 'kind' | 'startMs' | 'endMs' | 'channel'> & { readonly confidence: number };

export interface SoundAnalyser {
  /** One array a channel, 16 kHz, in order. */
  push(block: readonly Int16Array[]): void;
  /** Everything heard, by start and channel. `speech`: where each channel speaks; undefined where that is not known. */
  end(speech?: readonly (readonly SpeechRegion[])[]): readonly HeardSound[];
}

interface Run {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** What is gathered of one channel while its blocks go by. */
interface Gathered {
  readonly halver: Halver;
  readonly tones: ToneFrames;
  readonly steady: SteadyTones;
}

/**
 * Hears what is no speech: keypad tones, ring-back, beeps and other line signals, music on hold. Signal processing alone, with
 * thresholds from the standards (Q.23, Q.24, E.180) and from what tones and voices are; a few bytes are kept for each 20 ms.
 */
export function analyseSounds(channels: 1 | 2): SoundAnalyser {
  const gathered: Gathered[] = Array.from({ length: channels }, () => ({
    halver: halver(),
    tones: findToneFrames(),
    steady: followSteadyTones(),
  }));
  return {
    push(block) {
      gathered.forEach((channel, index) => {
        const samples = block[index];
        if (samples === undefined) throw new TypeError('sounds: a block lacks a channel');
        const halved = channel.halver.push(samples);
        channel.tones.push(halved);
        channel.steady.push(halved);
      });
    },
    end(speech) {
      const heard = gathered.flatMap((channel, index) => soundsOf(channel, index, speech?.[index]));
      return heard
        .filter((sound) => !isLeak(sound, heard, gathered))
        .toSorted((a, b) => a.startMs - b.startMs || a.channel - b.channel || (a.kind < b.kind ? -1 : 1));
    },
  };
}

function soundsOf({ tones, steady }: Gathered, channel: number, speech: readonly SpeechRegion[] | undefined): HeardSound[] {
  const keys = runsOf(tones, toneKind.keypad, 0).filter((run) => run.to - run.from >= leastKeypadFrames && isHeld(tones, run, 0));
  const keypad = joinRuns(keys, keypadGapMs);
  const { ringing, signals } = progressTones(tones);
  const named: HeardSound[] = [
    ...keypad.map((run) => soundOf('dtmf', run, channel, 990)),
    ...ringing.map((run) => soundOf('ringback', run, channel, 950)),
    ...[...signals, ...pureTones(tones)].map((run) => soundOf('beep', run, channel, 900)),
  ];
  const played = music(steady.end(), tones, speech, named, channel);
  // a long note is not a signal
  return [...named.filter((sound) => sound.kind !== 'beep' || !played.some((other) => overlapMs(sound, other) > 0)), ...played];
}

const overlapMs = (a: HeardSound, b: HeardSound): number => Math.min(a.endMs, b.endMs) - Math.max(a.startMs, b.startMs);

/** A sound on one side is heard faintly on the other: so many dB below it counts as that. */
const leakDb = 6;

function isLeak(sound: HeardSound, all: readonly HeardSound[], gathered: readonly Gathered[]): boolean {
  return all.some((other) => {
    if (other.channel === sound.channel || other.kind !== sound.kind) return false;
    if (overlapMs(sound, other) < 0.7 * (sound.endMs - sound.startMs)) return false;
    return meanLevel(gathered[other.channel]?.tones, sound) - meanLevel(gathered[sound.channel]?.tones, sound) >= leakDb;
  });
}

function meanLevel(tones: ToneFrames | undefined, { startMs: from, endMs: to }: HeardSound): number {
  let sum = 0;
  let count = 0;
  for (let frame = Math.floor(from / frameStepMs); frame * frameStepMs < to; frame++, count++) sum += tones?.level(frame) ?? -96;
  return sum / count;
}

const startMs = (frame: number): number => Math.round(frame * frameStepMs);
/** A frame is longer than a step; a tone ends about in the middle of the last frame that shows it. */
const endMs = (frame: number): number => Math.round((frame - 1) * frameStepMs + frameMs);

function soundOf(kind: HeardSound['kind'], run: Run, channel: number, confidence: number): HeardSound {
  return { kind, startMs: startMs(run.from), endMs: endMs(run.to), channel, confidence };
}

/** Stretches of one kind; up to `holes` other frames inside are passed over. */
function runsOf(tones: ToneFrames, kind: number, holes: number): Run[] {
  const runs: Run[] = [];
  let from = -1;
  let last = -1;
  for (let frame = 0; frame <= tones.count; frame++) {
    if (frame < tones.count && tones.kind(frame) === kind) {
      if (from < 0) from = frame;
      last = frame;
    } else if (from >= 0 && (frame - last > holes || frame === tones.count)) {
      runs.push({ from, to: last + 1 });
      from = -1;
    }
  }
  return runs;
}

/** A key that sounds for 50 ms or more shows in three frames; exchanges send 70 and more. */
const leastKeypadFrames = 3;
/** Keys that follow each other within this are one entry, so that not even their number is told. */
const keypadGapMs = 3000;

function joinRuns(runs: readonly Run[], gapMs: number): Run[] {
  const joined: Run[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    if (last !== undefined && (run.from - last.to) * frameStepMs <= gapMs)
      joined[joined.length - 1] = { from: last.from, to: run.to };
    else joined.push(run);
  }
  return joined;
}

/** E.180: ring-back sounds for 0.67 to 2.5 s with pauses of 3 to 5 s, or in pairs of 0.4 s that are 0.2 s apart. */
const ringOnMs = [650, 2700] as const;
const pairOnMs = [300, 500] as const;
const pairGapMs = [120, 280] as const;
const ringPauseMs = 5500;
/** Shorter stretches in the band of call progress tones are voices. */
const shortestSignalMs = 240;
/** Longer ones are dial tone or something stuck. */
const longestSignalMs = 30_000;

/** Ring-back with its pauses, one stretch for each time a line rang; everything else in that band is a signal. */
function progressTones(tones: ToneFrames): { ringing: Run[]; signals: Run[] } {
  const runs = runsOf(tones, toneKind.callProgress, 1).filter(
    (run) => lengthMs(run) >= shortestSignalMs && isHeld(tones, run, progressDrift),
  );
  const isRing = runs.map((run, index) => isRingBurst(run, runs[index - 1], runs[index + 1]));
  const bursts = runs.filter((_, index) => isRing[index]);
  const others = runs.filter((run, index) => isRing[index] !== true && lengthMs(run) <= longestSignalMs);
  return { ringing: joinRuns(bursts, ringPauseMs), signals: others };
}

const lengthMs = (run: Run): number => endMs(run.to) - startMs(run.from);
const within = (value: number, [least, most]: readonly [number, number]): boolean => value >= least && value <= most;

function isRingBurst(run: Run, before: Run | undefined, after: Run | undefined): boolean {
  const length = lengthMs(run);
  const gapBefore = before === undefined ? Infinity : startMs(run.from) - endMs(before.to);
  const gapAfter = after === undefined ? Infinity : startMs(after.from) - endMs(run.to);
  // a busy signal's pauses are as long as its tones
  if (within(length, ringOnMs)) return Math.min(gapBefore, gapAfter) > 1.6 * length || Math.min(gapBefore, gapAfter) > 2500;
  const isPair =
    (within(gapBefore, pairGapMs) && before !== undefined && within(lengthMs(before), pairOnMs)) ||
    (within(gapAfter, pairGapMs) && after !== undefined && within(lengthMs(after), pairOnMs));
  return within(length, pairOnMs) && isPair;
}

/** A beep is one tone that holds its pitch for longer than a voice does. */
const shortestBeepMs = 120;
const longestBeepMs = 5000;
const beepDrift = 0.015;
/** Two tones beside each other beat, and their common peak moves. */
const progressDrift = 0.045;
const lowestBeep = 350;
/** A machine's tone is as loud at its end as at its beginning, within so many dB. */
const heldDb = 3;

function pureTones(tones: ToneFrames): Run[] {
  return runsOf(tones, toneKind.pure, 0).filter(
    (run) =>
      within(lengthMs(run), [shortestBeepMs, longestBeepMs]) &&
      tones.frequency(Math.floor((run.from + run.to) / 2)) >= lowestBeep &&
      isHeld(tones, run, beepDrift),
  );
}

/** Whether pitch and level stay where they are; the first and the last frame hold only a part of the tone. */
function isHeld(tones: ToneFrames, run: Run, drift: number): boolean {
  const middle = Math.floor((run.from + run.to) / 2);
  for (let frame = run.from + 1; frame < run.to - 1; frame++) {
    // keypad frames carry no frequency: 0 is within any drift of 0
    if (Math.abs(tones.frequency(frame) - tones.frequency(middle)) > tones.frequency(middle) * drift) return false;
    if (Math.abs(tones.level(frame) - tones.level(middle)) > heldDb) return false;
  }
  return true;
}

/** Steps (1.024 s each) on either side that a step is judged with. */
const judgedWith = 2;
/** Least part of the time in which something is heard: talk has more pauses. */
const leastActive = 0.7;
/** Share of energy in steady tones. Talk stays below 0.16 over five seconds; plain music lies above 0.3, dense music between. */
const musicShare = { unspoken: 0.12, spoken: 0.24 };
/** Less than this part of speech and the voice detector says that nobody speaks. */
const littleSpeech = 0.3;
const shortestMusicMs = 4000;
/** Stretches of music that lie no further apart are one piece if nobody speaks in between and something sounds all the time. */
const bridgedSteps = 15;
/** Nearer ones in any case. */
const musicGapSteps = 2;

/** What is known of one step. */
interface MusicStep {
  /** Steady share over what is needed: 1 and more is music. */
  readonly score: number;
  readonly isSpoken: boolean;
  readonly isActive: boolean;
}

function music(
  steps: readonly TonalSecond[],
  tones: ToneFrames,
  speech: readonly SpeechRegion[] | undefined,
  named: readonly HeardSound[],
  channel: number,
): HeardSound[] {
  const judged = judge(steps, speech, named);
  const found: HeardSound[] = [];
  for (const run of musicRuns(judged)) {
    const bounds = trim(run, tones, speech ?? []);
    if (bounds.endMs - bounds.startMs < shortestMusicMs) continue;
    const inside = judged.slice(run.from, run.to);
    const strength = inside.reduce((sum, { score }) => sum + Math.min(score, 3), 0) / inside.length;
    // 1 is the threshold, 3 is plain music
    found.push({
      kind: 'music',
      ...bounds,
      channel,
      confidence: Math.round(Math.min(980, 500 + 240 * Math.max(0, strength - 1))),
    });
  }
  return found;
}

function judge(
  steps: readonly TonalSecond[],
  speech: readonly SpeechRegion[] | undefined,
  named: readonly HeardSound[],
): MusicStep[] {
  const spoken = steps.map((_, index) => (speech === undefined ? 1 : speechShare(speech, index)));
  // a held tone is as steady as music: what is named already is not music too
  const shares = steps.map((step, index) => (isNamed(named, index) ? 0 : step.steadyShare));
  return steps.map((_, index) => {
    const active = meanAround(steps.length, index, (at) => steps[at]?.active ?? 0);
    const share = meanAround(steps.length, index, (at) => shares[at] ?? 0);
    const isSpoken = meanAround(steps.length, index, (at) => spoken[at] ?? 0) >= littleSpeech;
    const score = active < leastActive ? 0 : share / (isSpoken ? musicShare.spoken : musicShare.unspoken);
    return { score, isSpoken, isActive: active >= leastActive };
  });
}

function musicRuns(steps: readonly MusicStep[]): Run[] {
  const runs: { from: number; to: number }[] = [];
  steps.forEach(({ score }, index) => {
    if (score < 1) return;
    const last = runs.at(-1);
    const gap = last === undefined ? [] : steps.slice(last.to, index);
    const isOne =
      gap.length <= musicGapSteps || (gap.length <= bridgedSteps && gap.every((step) => step.isActive && !step.isSpoken));
    if (last !== undefined && isOne) last.to = index + 1;
    else runs.push({ from: index, to: index + 1 });
  });
  return runs;
}

function meanAround(length: number, index: number, value: (at: number) => number): number {
  const from = Math.max(0, index - judgedWith);
  const to = Math.min(length - 1, index + judgedWith);
  let sum = 0;
  for (let at = from; at <= to; at++) sum += value(at);
  return sum / (to - from + 1);
}

const stepMs = stepSeconds * 1000;

function speechShare(speech: readonly SpeechRegion[], step: number): number {
  const [from, to] = [step * stepSeconds * 16_000, (step + 1) * stepSeconds * 16_000];
  let samples = 0;
  for (const { start, end } of speech) samples += Math.max(0, Math.min(end, to) - Math.max(start, from));
  return samples / (to - from);
}

function isNamed(named: readonly HeardSound[], step: number): boolean {
  return named.some((sound) => sound.kind !== 'beep' && sound.startMs < (step + 1) * stepMs && sound.endMs > step * stepMs);
}

/** A stretch judged by five steps begins and ends up to this far from where the music does. */
const uncertainMs = 2600;
/** What lies so far below the stretch's own level is what was there before and after it. */
const fallDb = 12;
/** Music breathes: shorter falls belong to it. */
const breathMs = 400;

/**
 * Moves both ends from judged steps to where the sound begins and ends: outwards from the stretch's certain inside while it
 * stays loud and nobody speaks.
 */
function trim(run: Run, tones: ToneFrames, speech: readonly SpeechRegion[]): { startMs: number; endMs: number } {
  const [first, last] = [
    Math.floor((run.from * stepMs) / frameStepMs),
    Math.min(tones.count, Math.ceil((run.to * stepMs) / frameStepMs)),
  ];
  const levels = Array.from({ length: last - first }, (_, index) => tones.level(first + index)).toSorted((a, b) => a - b);
  const floor = (levels[Math.floor(levels.length / 2)] ?? 0) - fallDb;
  const speaks = (frame: number): boolean =>
    speech.some(({ start, end }) => start / 16 < (frame + 1) * frameStepMs && end / 16 > frame * frameStepMs);
  const reach = Math.floor(Math.min(uncertainMs, ((run.to - run.from) * stepMs) / 2) / frameStepMs);
  const walk = (start: number, step: 1 | -1): number => {
    let loud = start;
    for (let gone = 0, frame = start; gone < 2 * reach && (frame - loud) * step * frameStepMs <= breathMs; gone++) {
      frame += step;
      if (frame < 0 || frame >= tones.count || speaks(frame)) break;
      if (tones.level(frame) > floor) loud = frame;
    }
    return loud;
  };
  return { startMs: startMs(walk(first + reach, -1)), endMs: endMs(walk(last - 1 - reach, 1) + 1) };
}
