import { type HeardWord, textOf } from './heard-word.ts';
import { agentCue, asksForAnswer } from './speaker-cues.ts';
import type { Speaker } from './transcript.ts';
import { inTimeOrder, type Utterance, utterance } from './turns.ts';
import type { VoicePrints } from './voice-prints.ts';
import { voiceOdds } from './two-voices.ts';

interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}

/** A guess is never as sure as a channel: under this, a rule that asks for a speaker says "perhaps". */
const mostConfidence = 690;
const leastConfidence = 550;
const pieceMs = 250;
const ownPauseMs = 1500;

/**
 * Turns of a recording with both people on one channel: a guess. The words are cut at pauses and sentence ends; each piece is
 * told by its voice (two groups of mel cepstrum and pitch), by its wording (who offers help, who asks for it), and by what
 * came before (after a question the other answers). The likeliest sequence is taken; each turn carries its probability, at
 * most 0.69. Pieces that could be either are of an unknown speaker.
 */
export function turnsOfOneChannel(
  words: readonly HeardWord[],
  heard: { readonly voices?: VoicePrints | undefined; readonly speech?: readonly Stretch[] } = {},
): Utterance[] {
  const { voices, speech = [] } = heard;
  const pieces = piecesOf(words, speech);
  if (pieces.length === 0) return [];
  const texts = pieces.map((piece) => textOf(piece));
  const cues = texts.map(agentCue);
  const voice = voices === undefined ? pieces.map(() => 0) : voiceOfPieces(pieces, voices, speech);
  const agent = agentProbabilities(pieces, texts, cues, voice);
  const turns: Utterance[] = [];
  let open: { words: HeardWord[]; speaker: Speaker; sum: number } | undefined;
  const close = () => {
    if (open !== undefined) turns.push(utterance(0, open.speaker, Math.round(open.sum / open.words.length), open.words));
    open = undefined;
  };
  for (const [i, piece] of pieces.entries()) {
    const { speaker, confidence } = guessOf(agent[i]!);
    const pause = open === undefined ? 0 : piece[0]!.startMs - open.words.at(-1)!.endMs;
    if (open === undefined || open.speaker !== speaker || pause >= ownPauseMs) {
      close();
      open = { words: [], speaker, sum: 0 };
    }
    open.words.push(...piece);
    open.sum += confidence * piece.length;
  }
  close();
  return inTimeOrder(turns);
}

function guessOf(agent: number): { speaker: Speaker; confidence: number } {
  const confidence = Math.min(mostConfidence, Math.round(Math.max(agent, 1 - agent) * 1000));
  if (confidence < leastConfidence) return { speaker: 'unknown', confidence };
  return { speaker: agent >= 0.5 ? 'agent' : 'customer', confidence };
}

/**
 * Words cut where the speaker may change: at a pause, after the end of a sentence, and where voice activity ended one stretch
 * of speech and began another (recognisers' words often leave no room for the pause between them).
 */
function piecesOf(words: readonly HeardWord[], speech: readonly Stretch[]): HeardWord[][] {
  const pieces: HeardWord[][] = [];
  let before: HeardWord | undefined;
  let regionBefore = -1;
  let from = 0;
  for (const word of words) {
    const middle = (word.startMs + word.endMs) / 2;
    while (nearerToNext(speech, from, middle)) from += 1;
    const ended = before !== undefined && /[。？！?!.]["”』」]?$/u.test(before.text) && !/\d\.$/u.test(before.text);
    if (before === undefined || ended || from !== regionBefore || word.startMs - before.endMs >= pieceMs) pieces.push([word]);
    else pieces.at(-1)!.push(word);
    before = word;
    regionBefore = from;
  }
  return pieces;
}

/** True when a moment belongs to the stretch after `at`: inside it, or nearer to it in the pause between the two. */
function nearerToNext(speech: readonly Stretch[], at: number, moment: number): boolean {
  const next = speech[at + 1];
  return next !== undefined && next.startMs - moment < Math.max(0, moment - speech[at]!.endMs);
}

/**
 * Log-odds of one voice over the other, a piece. Voices are compared over whole stretches of speech where they are known:
 * recognisers' word times are not good enough to cut sound by.
 */
function voiceOfPieces(pieces: readonly HeardWord[][], voices: VoicePrints, speech: readonly Stretch[]): number[] {
  const spans = pieces.map((piece): Stretch => ({ startMs: piece[0]!.startMs, endMs: piece.at(-1)!.endMs }));
  if (speech.length === 0) return voiceOdds(spans, voices.prints);
  const odds = voiceOdds(speech, voices.prints);
  let at = 0;
  return spans.map((span) => {
    const middle = (span.startMs + span.endMs) / 2;
    while (nearerToNext(speech, at, middle)) at += 1;
    return odds[at]!;
  });
}

/** How much more the one voice talks tells a little: agents lead the call. */
const talkWeight = 3;

/**
 * Probability of the agent for each piece. Which voice is the agent's is told by the wording of all its pieces together; both
 * answers are followed through and weighed by how likely they are, so that two voices stay two people where that is not clear.
 */
function agentProbabilities(
  pieces: readonly HeardWord[][],
  texts: readonly string[],
  cues: readonly number[],
  voice: readonly number[],
): number[] {
  let agreement = 0;
  let [talk, all] = [0, 0];
  for (const [i, odds] of voice.entries()) {
    const side = Math.tanh(odds / 2);
    agreement += side * cues[i]!;
    talk += side * texts[i]!.length;
    all += texts[i]!.length;
  }
  const first = 1 / (1 + Math.exp(-(agreement / 2 + (talkWeight * talk) / Math.max(1, all))));
  const asIs = probabilities(
    voice.map((odds, i) => odds + cues[i]!),
    pieces,
    texts,
  );
  const turned = probabilities(
    voice.map((odds, i) => cues[i]! - odds),
    pieces,
    texts,
  );
  return asIs.map((probability, i) => first * probability + (1 - first) * turned[i]!);
}

/** How likely the speaker changes between two pieces. */
function changeProbability(before: HeardWord[], after: HeardWord[], textBefore: string): number {
  const pause = after[0]!.startMs - before.at(-1)!.endMs;
  const ended = /[。？！?!.]["”』」]?$/u.test(before.at(-1)!.text);
  if (asksForAnswer(textBefore)) return pause >= 150 ? 0.75 : 0.6;
  if (pause >= 1000) return 0.45;
  if (pause >= pieceMs) return ended ? 0.4 : 0.25;
  return ended ? 0.2 : 0.1;
}

/** Posterior probability of the agent for each piece: forward-backward over two states. */
function probabilities(odds: readonly number[], pieces: readonly HeardWord[][], texts: readonly string[]): number[] {
  const change = pieces.map((piece, i) => (i === 0 ? 0.5 : changeProbability(pieces[i - 1]!, piece, texts[i - 1]!)));
  const emission = odds.map((each) => 1 / (1 + Math.exp(-Math.min(12, Math.max(-12, each)))));
  const forward: number[] = [];
  for (const [i, agentEmission] of emission.entries()) {
    const before = i === 0 ? 0.5 : forward[i - 1]!;
    const prior = before * (1 - change[i]!) + (1 - before) * change[i]!;
    const agent = prior * agentEmission;
    const customer = (1 - prior) * (1 - agentEmission);
    forward.push(agent / (agent + customer));
  }
  const out = Array.from<number>({ length: odds.length });
  let after = 0.5;
  for (let i = odds.length - 1; i >= 0; i -= 1) {
    const agent = forward[i]! * after;
    const customer = (1 - forward[i]!) * (1 - after);
    out[i] = agent / (agent + customer);
    const c = change[i]!;
    const e = emission[i]!;
    const toAgent = (1 - c) * e * after + c * (1 - e) * (1 - after);
    const toCustomer = c * e * after + (1 - c) * (1 - e) * (1 - after);
    after = toAgent / (toAgent + toCustomer);
  }
  return out;
}
