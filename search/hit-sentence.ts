import type { BilingualText } from '../services/kernel/index.ts';
import { type Hit, type HitPlace, hitPlaces, type PreparedTranscript, type RuleResult } from '../phrases/index.ts';

/** A hit as people read it: the sentence in which it was said, with its words marked. */
export interface SentenceHit {
  /** Null where nobody had spoken yet. */
  readonly turnId: string | null;
  readonly speaker: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly sentence: string;
  /** UTF-16 offsets in the sentence. */
  readonly marks: readonly (readonly [number, number])[];
  /** 0 to 1000. */
  readonly score: number;
  readonly setting: Hit['setting'];
  readonly possible: boolean;
  readonly why: BilingualText | null;
}

/** The hits of a call in order of time, sure and possible ones together. */
export function sentenceHits(
  prepared: PreparedTranscript,
  { hits, possible }: Pick<RuleResult, 'hits' | 'possible'>,
  limit = Number.POSITIVE_INFINITY,
): readonly SentenceHit[] {
  const all = [...hits.map((hit) => ({ hit, doubted: false })), ...possible.map((hit) => ({ hit, doubted: true }))];
  if (hits.length > 0 && possible.length > 0)
    all.sort((a, b) => a.hit.startMs - b.hit.startMs || a.hit.endMs - b.hit.endMs || Number(a.doubted) - Number(b.doubted));
  return all.slice(0, limit).map(({ hit, doubted }) => ({
    turnId: hit.turnId,
    speaker: hit.speaker,
    startMs: hit.startMs,
    endMs: hit.endMs,
    ...sentenceOf(hitPlaces(prepared, hit)),
    score: hit.score,
    setting: hit.setting,
    possible: doubted,
    why: hit.why.code === 'exact' ? null : hit.why.text,
  }));
}

const between = ' … ';
/** A sentence without an end is cut this far before and after its words. */
const mostAround = 60;

/** The sentences around the places of a hit; places in one turn share one, those in several are parted by an ellipsis. */
function sentenceOf(places: readonly HitPlace[]): Pick<SentenceHit, 'sentence' | 'marks'> {
  const byTurn: HitPlace[][] = [];
  for (const place of places) {
    const last = byTurn.at(-1);
    if (last?.[0]?.turn === place.turn) last.push(place);
    else byTurn.push([place]);
  }
  let sentence = '';
  const marks: [number, number][] = [];
  for (const group of byTurn) {
    const text = group[0]?.turn.turn.text ?? '';
    const first = Math.min(...group.map(({ from }) => from));
    const last = Math.max(...group.map(({ to }) => to));
    const from = sentenceStart(text, first);
    const to = sentenceEnd(text, last);
    if (sentence !== '') sentence += between;
    const shift = sentence.length - from;
    sentence += text.slice(from, to);
    for (const place of group) marks.push([place.from + shift, place.to + shift]);
  }
  return { sentence, marks: marks.toSorted(([a], [b]) => a - b) };
}

const ends = /[。！？!?；;\n]|\.(?=\s)/u;

function sentenceStart(text: string, at: number): number {
  let from = at;
  while (
    from > 0 &&
    at - from < mostAround &&
    !ends.test(text.slice(from - 1, from + 1).slice(0, 2)[0] === '.' ? text.slice(from - 1, from + 1) : (text[from - 1] ?? ''))
  )
    from -= 1;
  while (from < at && /\s/u.test(text[from] ?? '')) from += 1;
  return wholeCharacter(text, from);
}

function sentenceEnd(text: string, at: number): number {
  let to = at;
  while (to < text.length && to - at < mostAround) {
    const ended = ends.test(text[to] === '.' ? `.${text[to + 1] ?? ' '}` : (text[to] ?? ''));
    to += 1;
    if (ended) break;
  }
  return wholeCharacter(text, to);
}

/** Never between the halves of a surrogate pair. */
function wholeCharacter(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return at > 0 && unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}
