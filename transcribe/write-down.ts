import { dropCrosstalk } from './crosstalk.ts';
import { type HeardWord, textOf, wordsOf } from './heard-word.ts';
import { siftInventions, stretches } from './inventions.ts';
import { isBackchannel } from '../language/index.ts';
import type { Heard, HeardWindow } from './listen.ts';
import { turnsOfOneChannel } from './one-channel.ts';
import { agentCue } from './speaker-cues.ts';
import { languageOfTurns } from './spoken-languages.ts';
import type { Dropped, DropReason, Layout, Sound, Speaker, Transcript, Unintelligible } from './transcript.ts';
import { speakerOf, turnsOfChannels, type Utterance } from './turns.ts';
import { menuTurns } from './voice-menu.ts';
import { writtenTurns } from './written-turns.ts';

export interface WriteDownInput {
  /** Which side the agent is on; undefined: guessed from the wording where there are two channels. */
  readonly layout: Layout | undefined;
  /** What the call was said to be spoken in (`auto` where nothing was said). */
  readonly language: string;
  /** A person found the speakers swapped. */
  readonly swapSpeakers?: boolean | undefined;
  readonly sounds: readonly Sound[];
  readonly engine: { readonly name: string; readonly model: string; readonly version: string };
  readonly callId?: string | undefined;
  readonly prompt?: string | undefined;
}

/**
 * Makes the raw transcript of what was heard: words at their place, what nobody said left out (with reasons kept), turns with
 * speakers, simplified characters, written forms. Pure: equal input, equal output.
 */
export function writeDown(heard: Heard, input: WriteDownInput): Transcript {
  const sifted = heard.windows.map((window) => siftWindow(window, input));
  const dropped: Dropped[] = sifted.flatMap((each) => each.dropped);
  const byChannel = [0, 1].map((channel) => sifted.flatMap((each) => each.kept).filter((word) => word.channel === channel)) as [
    HeardWord[],
    HeardWord[],
  ];
  const [left, right] = heard.loudness;
  const own = right === undefined ? { kept: byChannel.flat(), dropped: [] } : dropCrosstalk(byChannel, [left!, right]);
  dropped.push(...own.dropped);
  const words = [0, 1].map((channel) => own.kept.filter((word) => word.channel === channel)) as [HeardWord[], HeardWord[]];
  const { utterances, layout } = utterancesOf(heard, words, input);
  const menus = menuTurns(utterances);
  const turns = writtenTurns(
    utterances.map((each, i) => (menus[i] ? { ...each, speaker: 'system' as const, speakerConfidence: 1000 } : each)),
  );
  const menuSounds = utterances.flatMap((each, i): Sound[] =>
    menus[i] && !input.sounds.some((sound) => sound.kind === 'menu' && sound.startMs < each.endMs && sound.endMs > each.startMs)
      ? [{ kind: 'menu', startMs: each.startMs, endMs: each.endMs, channel: each.channel }]
      : [],
  );
  const sounds = [...input.sounds, ...menuSounds].toSorted((a, b) => a.startMs - b.startMs || a.channel - b.channel);
  const unintelligible = unintelligibleIn(heard, own.kept, sounds, layout);
  return {
    version: 1,
    ...(input.callId === undefined ? {} : { callId: input.callId }),
    language: languageOfTurns(turns) ?? windowLanguage(heard.windows) ?? (input.language === 'auto' ? 'und' : input.language),
    durationMs: heard.durationMs,
    layout,
    turns,
    sounds,
    engine: input.engine,
    ...(unintelligible.length === 0 ? {} : { unintelligible }),
    ...(dropped.length === 0 ? {} : { dropped: dropped.toSorted((a, b) => a.startMs - b.startMs || a.channel - b.channel) }),
  };
}

/** A word so far from all speech was made up; a sure one may be speech that voice activity missed. */
const farMs = 300;
const doubtful = 600;
/** A line's own sounds (ringing, tones, music) may lie under speech; a sure word is speech. */
const coveredShare = 0.8;

function siftWindow(window: HeardWindow, input: WriteDownInput): { kept: readonly HeardWord[]; dropped: readonly Dropped[] } {
  const words = wordsOf(window.answer, window);
  const first = siftInventions(words, window.answer.segments, input.prompt);
  const reasons = new Map<HeardWord, DropReason>();
  const lineSounds = input.sounds.filter((sound) => sound.channel === window.channel && sound.kind !== 'menu');
  for (const word of first.kept) {
    if ((word.confidence ?? 1000) >= doubtful) continue;
    if (!window.speech.some((region) => region.startMs - farMs < word.endMs && region.endMs + farMs > word.startMs))
      reasons.set(word, 'outside-speech');
    else if (lineSounds.some((sound) => covers(sound, word))) reasons.set(word, 'sound');
  }
  return {
    kept: first.kept.filter((word) => !reasons.has(word)),
    dropped: [...first.dropped, ...stretches(first.kept, reasons)],
  };
}

function covers(sound: Sound, word: HeardWord): boolean {
  const shared = Math.min(sound.endMs, word.endMs) - Math.max(sound.startMs, word.startMs);
  return shared > 0 && shared >= coveredShare * (word.endMs - word.startMs);
}

function utterancesOf(
  heard: Heard,
  words: readonly [HeardWord[], HeardWord[]],
  input: WriteDownInput,
): { utterances: Utterance[]; layout: Layout } {
  if (heard.channels === 1) {
    const utterances = turnsOfOneChannel(words[0], {
      voices: heard.voices,
      speech: heard.windows.flatMap((window) => window.speech),
    });
    return {
      utterances:
        input.swapSpeakers === true ? utterances.map((each) => ({ ...each, speaker: opposite(each.speaker) })) : utterances,
      layout: 'mono',
    };
  }
  const stated = input.layout === 'mono' ? undefined : input.layout;
  const guess = stated === undefined ? guessLayout(words) : { layout: stated, confidence: 1000 };
  const layout = input.swapSpeakers === true ? (guess.layout === 'agent-left' ? 'agent-right' : 'agent-left') : guess.layout;
  const confidence = input.swapSpeakers === true ? 1000 : guess.confidence;
  const utterances = turnsOfChannels(words, layout, isBackchannel);
  return { utterances: utterances.map((each) => ({ ...each, speakerConfidence: confidence })), layout };
}

/** Which channel is the agent's, by the wording of everything said on each: 0.5 to 0.95 sure. */
function guessLayout(words: readonly [HeardWord[], HeardWord[]]): { layout: 'agent-left' | 'agent-right'; confidence: number } {
  const sums = [0, 0];
  for (const turn of turnsOfChannels(words, 'agent-left', isBackchannel)) sums[turn.channel]! += agentCue(textOf(turn.words));
  const odds = (sums[0]! - sums[1]!) / 2;
  const confidence = Math.min(950, Math.round(1000 / (1 + Math.exp(-Math.abs(odds)))));
  return { layout: odds >= 0 ? 'agent-left' : 'agent-right', confidence };
}

function opposite(speaker: Speaker): Speaker {
  if (speaker === 'agent') return 'customer';
  return speaker === 'customer' ? 'agent' : speaker;
}

const shortestUnintelligibleMs = 700;
const wordReachMs = 250;

/** Speech of at least 0.7 s that no word covers, and that is no sound of the line. */
function unintelligibleIn(heard: Heard, words: readonly HeardWord[], sounds: readonly Sound[], layout: Layout): Unintelligible[] {
  const found: Unintelligible[] = [];
  for (const window of heard.windows) {
    const taken = [
      ...words
        .filter((word) => word.channel === window.channel)
        .map((word) => ({ startMs: word.startMs - wordReachMs, endMs: word.endMs + wordReachMs })),
      ...sounds.filter((sound) => sound.channel === window.channel),
    ]
      .filter((each) => each.startMs < window.endMs && each.endMs > window.startMs)
      .toSorted((a, b) => a.startMs - b.startMs);
    for (const region of window.speech) {
      let from = region.startMs;
      for (const { startMs, endMs } of [...taken, { startMs: region.endMs, endMs: region.endMs }]) {
        const until = Math.min(startMs, region.endMs);
        if (until - from >= shortestUnintelligibleMs) {
          found.push({ channel: window.channel, speaker: speakerOf(layout, window.channel), startMs: from, endMs: until });
        }
        from = Math.max(from, endMs);
      }
    }
  }
  return found.toSorted((a, b) => a.startMs - b.startMs || a.channel - b.channel);
}

/** What most of the recognised speech was taken for, where the text itself does not tell. */
function windowLanguage(windows: readonly HeardWindow[]): string | undefined {
  const sums = new Map<string, number>();
  for (const window of windows) {
    if (window.language === undefined || window.answer.text.trim() === '') continue;
    sums.set(window.language, (sums.get(window.language) ?? 0) + window.endMs - window.startMs);
  }
  return [...sums].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0];
}
