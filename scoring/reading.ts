import type { BilingualText } from '../services/kernel/index.ts';
import { both, either, type Kleene, not } from './kleene.ts';
import type { NearMiss, Searched } from './verdict.ts';

/** How something was said: denied, asked, supposed, reported, or plainly. */
export type Setting = 'plain' | 'denied' | 'asked' | 'supposed' | 'reported';

/** One place of a call that an expression found. */
export interface Heard {
  /** Null where nobody speaks. */
  readonly turnId: string | null;
  readonly speaker: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
  readonly score: number;
  readonly setting: Setting;
  readonly why: BilingualText;
  /** Of a measure: which one, and how much (ms for times). */
  readonly measured?: { readonly meter: string; readonly value: number };
}

/** What an expression says of a call. */
export interface Reading {
  readonly value: Kleene;
  readonly sure: readonly Heard[];
  readonly possible: readonly Heard[];
  /** Where the value is no because of something that was heard (`not "x"`), that. */
  readonly against: readonly Heard[];
  readonly nearMisses: readonly NearMiss[];
  readonly searched: Searched;
  /** The value is perhaps for this alone: speech that could not be understood. */
  readonly onlyUnintelligible: boolean;
  /** Stretches of speech in scope that could not be understood. */
  readonly unintelligible: readonly Searched[];
}

export function unionOf(stretches: readonly Searched[]): Searched {
  const [first] = stretches;
  if (first === undefined) return { speaker: 'anyone', startMs: 0, endMs: 0 };
  return {
    speaker: stretches.every(({ speaker }) => speaker === first.speaker) ? first.speaker : 'anyone',
    startMs: Math.min(...stretches.map(({ startMs }) => startMs)),
    endMs: Math.max(...stretches.map(({ endMs }) => endMs)),
  };
}

/** Several readings taken together by `and` or `or`. `parts` is not empty. */
export function combine(how: 'and' | 'or', parts: readonly Reading[]): Reading {
  const value = parts.map((part) => part.value).reduce(how === 'and' ? both : either);
  const heard = how === 'and' ? value !== 'no' : true;
  const sure = heard ? parts.flatMap((part) => part.sure) : [];
  const possible = heard ? parts.flatMap((part) => part.possible) : [];
  const perhaps = parts.filter((part) => part.value === 'perhaps');
  return {
    value,
    sure: value === 'yes' ? sure : [],
    possible: value === 'yes' ? possible : value === 'perhaps' ? [...sure, ...possible] : [],
    against: value === 'no' ? parts.flatMap((part) => (part.value === 'no' ? part.against : [])) : [],
    nearMisses: parts.flatMap((part) => part.nearMisses),
    searched: unionOf(parts.map((part) => part.searched)),
    onlyUnintelligible: value === 'perhaps' && perhaps.every((part) => part.onlyUnintelligible),
    unintelligible: parts.flatMap((part) => part.unintelligible),
  };
}

/** The opposite: what was heard now speaks against it. */
export function opposite(reading: Reading): Reading {
  return {
    ...reading,
    value: not(reading.value),
    sure: [],
    possible: reading.value === 'perhaps' ? reading.possible : [],
    against: reading.value === 'yes' ? reading.sure : [],
    // Where something had to be said the doubt stands, whatever the whole is wanted for.
    onlyUnintelligible: false,
  };
}

/** Where something must not be said (or merely decides whether a criterion applies), speech that nobody understood is no sign of it. */
export function withoutUnintelligible(reading: Reading): Reading {
  return reading.onlyUnintelligible ? { ...reading, value: 'no', possible: [], onlyUnintelligible: false } : reading;
}

/** Of places that overlap the best, and of equal ones the longest, the earliest: each thing that was said counts once. */
export function apart<T extends { readonly startMs: number; readonly endMs: number; readonly score: number }>(
  places: readonly T[],
  taken: readonly T[] = [],
): readonly T[] {
  const best = [...places].sort(
    (a, b) => b.score - a.score || b.endMs - b.startMs - (a.endMs - a.startMs) || a.startMs - b.startMs,
  );
  const chosen: T[] = [];
  for (const each of best) {
    if (![...taken, ...chosen].some((other) => other.startMs < each.endMs && each.startMs < other.endMs)) chosen.push(each);
  }
  return chosen.sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
}

const guards: Readonly<Record<Exclude<Setting, 'plain'>, BilingualText>> = {
  denied: { zh: '是否定的说法，不计', en: 'it is denied, so it does not count' },
  asked: { zh: '是在提问', en: 'it is asked, not stated' },
  supposed: { zh: '是假设的说法', en: 'it is supposed, not stated' },
  reported: { zh: '是转述别人的话', en: 'it reports what somebody else said' },
};

/**
 * What must not be said, by how it was said: denied is not counted and noted; asked, supposed or reported is possible;
 * plain is sure.
 */
export function guarded(reading: Reading): Reading {
  const denied = [...reading.sure, ...reading.possible].filter(({ setting }) => setting === 'denied');
  const weak = reading.sure.filter(({ setting }) => setting !== 'plain' && setting !== 'denied');
  const sure = reading.sure.filter(({ setting }) => setting === 'plain');
  if (denied.length === 0 && weak.length === 0) return reading;
  const possible = [...weak.map((each) => withGuard(each)), ...reading.possible.filter(({ setting }) => setting !== 'denied')];
  const value = sure.length > 0 ? 'yes' : possible.length > 0 ? 'perhaps' : 'no';
  return {
    ...reading,
    value,
    sure,
    possible,
    nearMisses: [...reading.nearMisses, ...denied.map((each) => nearMissOf(each, guards.denied))],
    onlyUnintelligible: false,
  };
}

function withGuard(heard: Heard): Heard {
  const guard = heard.setting === 'plain' ? undefined : guards[heard.setting];
  return guard === undefined
    ? heard
    : { ...heard, why: { zh: `${heard.why.zh}；${guard.zh}`, en: `${heard.why.en}; ${guard.en}` } };
}

export function nearMissOf(heard: Heard, why: BilingualText): NearMiss {
  const { turnId, speaker, startMs, endMs, text } = heard;
  return { turnId, speaker, startMs, endMs, text, why };
}
