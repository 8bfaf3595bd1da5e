import { simplify, writtenForm } from '../language/index.ts';
import { type HeardWord, textOf } from './heard-word.ts';
import type { Turn, Word } from './transcript.ts';
import type { Utterance } from './turns.ts';

/**
 * Turns as a transcript holds them: `t1`, `t2`, … in time order, simplified characters, words that make up the text, and the
 * written form of numbers and dates where it differs from what was said.
 */
export function writtenTurns(utterances: readonly Utterance[]): Turn[] {
  return utterances.map((utterance, index) => {
    const words = simplifiedWords(utterance.words);
    const text = textOf(words);
    const written = writtenForm(text);
    return {
      id: `t${index + 1}`,
      speaker: utterance.speaker,
      speakerConfidence: utterance.speakerConfidence / 1000,
      channel: utterance.channel,
      startMs: utterance.startMs,
      endMs: utterance.endMs,
      text,
      ...(written === text ? {} : { written }),
      words: words.map(wordOf),
    };
  });
}

function wordOf(word: HeardWord): Word {
  const { text, startMs, endMs, confidence } = word;
  return { text, startMs, endMs, ...(confidence === undefined ? {} : { confidence: confidence / 1000 }) };
}

/** Characters are simplified in the context of the whole turn; each keeps its place. */
function simplifiedWords(words: readonly HeardWord[]): HeardWord[] {
  const whole = simplify(words.map((word) => word.text).join(''));
  let at = 0;
  return words.map((word) => {
    const text = whole.slice(at, at + word.text.length);
    at += word.text.length;
    return { ...word, text };
  });
}

/** Simplified characters for turns that came from elsewhere, and their written form. */
export function simplifiedTurn(turn: Turn): Turn {
  const text = simplify(turn.text);
  const written = writtenForm(text);
  return {
    ...turn,
    text,
    ...(turn.words === undefined ? {} : { words: turn.words.map((word) => ({ ...word, text: simplify(word.text) })) }),
    ...(written === text ? {} : { written }),
  };
}
