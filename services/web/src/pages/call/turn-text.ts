/** A word of a turn with its time, as the transcript has it. */
export interface TimedWord {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
}

export interface TurnOf {
  readonly id: string;
  readonly speaker: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
  readonly words?: readonly TimedWord[];
}

/** A stretch of words that proves something. */
export interface TextMark<Of> {
  readonly of: Of;
  readonly turnId: string | null;
  readonly speaker: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
}

/** A piece of a turn's text. What stands between words (spaces, stops) belongs to the word before it. */
export interface TextPiece {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
  /** `card`: a redacted stretch of this kind, whose text is not shown. */
  readonly redacted?: string;
}

/** Pieces under the same marks, next to each other. */
export interface MarkedPieces<Of> {
  readonly pieces: readonly TextPiece[];
  readonly marks: readonly Of[];
  /** Marks that end here: their numbers stand after it. */
  readonly ending: readonly Of[];
}

const redacted = /⟦(\w+)⟧/gu;

/** A turn's text in pieces with times: the words' own where there are words, else spread over the text. */
export function piecesOf(turn: TurnOf): TextPiece[] {
  const { text, startMs, endMs, words } = turn;
  const places: { from: number; to: number; startMs: number; endMs: number }[] = [];
  let from = 0;
  for (const word of words ?? []) {
    const bare = word.text.trim();
    const at = bare === '' ? -1 : text.indexOf(bare, from);
    // A word that is written otherwise in the text (numbers) is covered by its neighbours.
    if (at < 0) continue;
    places.push({ from: at, to: at + bare.length, startMs: word.startMs, endMs: word.endMs });
    from = at + bare.length;
  }
  if (places.length === 0) places.push(...spread(text, startMs, endMs));
  if (places.length === 0) return text === '' ? [] : [{ text, startMs, endMs }];
  const cuts = places.map((place, index) => ({
    start: index === 0 ? 0 : place.from,
    end: places[index + 1]?.from ?? text.length,
    startMs: place.startMs,
    endMs: place.endMs,
  }));
  return cuts.flatMap(({ start, end, ...times }) => split(text.slice(start, end), times));
}

/** One place a character, or a word of letters, evenly in time. */
function spread(text: string, startMs: number, endMs: number): { from: number; to: number; startMs: number; endMs: number }[] {
  const parts = [...text.matchAll(/⟦\w+⟧|[\p{L}\p{N}']+(?<!\p{Script=Han})|\p{Script=Han}|[^\s]/gu)];
  const perCharacter = (endMs - startMs) / Math.max(1, text.length);
  return parts.map(({ 0: part, index }) => ({
    from: index,
    to: index + part.length,
    startMs: Math.round(startMs + index * perCharacter),
    endMs: Math.round(startMs + (index + part.length) * perCharacter),
  }));
}

function split(text: string, times: { startMs: number; endMs: number }): TextPiece[] {
  const pieces: TextPiece[] = [];
  let from = 0;
  for (const { 0: whole, 1: kind = '', index } of text.matchAll(redacted)) {
    if (index > from) pieces.push({ text: text.slice(from, index), ...times });
    pieces.push({ text: '', redacted: kind, ...times });
    from = index + whole.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), ...times });
  return pieces;
}

/** A turn's pieces in runs under the same marks. A piece is under a mark of its speaker when most of its time is. */
export function markedPieces<Of>(turn: TurnOf, marks: readonly TextMark<Of>[]): MarkedPieces<Of>[] {
  const here = marks.filter(
    (mark) => mark.speaker === turn.speaker && mark.startMs < turn.endMs && mark.endMs > turn.startMs && mark.text !== '',
  );
  const pieces = piecesOf(turn);
  const under = pieces.map((piece) => here.filter((mark) => isUnder(piece, mark)));
  const runs: { pieces: TextPiece[]; marks: readonly Of[]; ending: readonly Of[] }[] = [];
  let before: readonly TextMark<Of>[] | undefined;
  pieces.forEach((piece, at) => {
    const marksHere = under[at] ?? [];
    const last = runs.at(-1);
    if (last !== undefined && before !== undefined && sameMarks(before, marksHere)) last.pieces.push(piece);
    else runs.push({ pieces: [piece], marks: marksHere.map(({ of }) => of), ending: [] });
    before = marksHere;
    const current = runs.at(-1);
    const next = under[at + 1] ?? [];
    if (current !== undefined)
      current.ending = marksHere.filter((mark) => !next.includes(mark) && mark.endMs <= turn.endMs + 400).map(({ of }) => of);
  });
  return runs.flatMap(withoutItsStop);
}

/** The space or stop after the last word is not part of what is marked. */
function withoutItsStop<Of>(run: MarkedPieces<Of>): MarkedPieces<Of>[] {
  const last = run.pieces.at(-1);
  const stop = last === undefined ? undefined : /[\s\p{P}]+$/u.exec(last.text)?.[0];
  if (run.ending.length === 0 || last === undefined || stop === undefined || stop === last.text) return [run];
  const word = { ...last, text: last.text.slice(0, -stop.length) };
  return [
    { ...run, pieces: [...run.pieces.slice(0, -1), word] },
    { pieces: [{ ...last, text: stop }], marks: run.marks.filter((mark) => !run.ending.includes(mark)), ending: [] },
  ];
}

function isUnder(piece: TextPiece, mark: TextMark<unknown>): boolean {
  const overlap = Math.min(piece.endMs, mark.endMs) - Math.max(piece.startMs, mark.startMs);
  return overlap > 0 && overlap * 2 >= piece.endMs - piece.startMs;
}

const sameMarks = <Of>(a: readonly TextMark<Of>[], b: readonly TextMark<Of>[]): boolean =>
  a.length === b.length && a.every((mark, at) => mark === b[at]);

/** Index of the piece that is being said at a moment, -1 in a pause longer than 400 ms. */
export function pieceAt(pieces: readonly TextPiece[], ms: number): number {
  const at = pieces.findLastIndex((piece) => piece.startMs <= ms);
  const piece = pieces[at];
  return piece !== undefined && ms < piece.endMs + 400 ? at : -1;
}
