import { isBackchannel, tokenise } from '../language/index.ts';
import type { ReadWord } from './prepared.ts';
import { spokenNumber } from './spoken-number.ts';

/** Full-width forms have plain ones of the same length, so places in the text stay what they are. */
function plainWidth(text: string): string {
  return text.replaceAll(/[\uff01-\uff5e]/gu, (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0));
}

/** The words of a text, in order, with their places in it. `language` decides how digits sound where no word tells. */
export function readWords(text: string, language: string): readonly ReadWord[] {
  const plain = plainWidth(text);
  const tokens = tokenise(plain);
  return tokens.map((token, index): ReadWord => {
    const { start, end, filler } = token;
    if (token.kind === 'han' || token.kind === 'redacted') return { start, end, text: token.text, kind: token.kind, filler };
    const span = token.number;
    if (token.kind === 'word' || span === undefined) return { start, end, text: token.text, kind: 'latin', filler };
    const said = plain.slice(start, end);
    const english = isEnglishAt(tokens, index, said, language);
    return { start, end, text: token.text, kind: 'number', filler, number: spokenNumber(span, said, english ? 'en' : 'zh') };
  });
}

/** A number is said in the language of its own words, else of the words around it, else of the call. */
function isEnglishAt(tokens: readonly { readonly kind: string }[], index: number, said: string, language: string): boolean {
  if (/\p{Script=Han}/u.test(said)) return false;
  if (/[a-z]/iu.test(said)) return true;
  for (let by = 1; by <= 3; by += 1) {
    for (const at of [index - by, index + by]) {
      const kind = tokens[at]?.kind;
      if (kind === 'han') return false;
      if (kind === 'word') return true;
    }
  }
  return language === 'en';
}

export function isBackchannelTurn(text: string): boolean {
  return isBackchannel(plainWidth(text));
}

/** Syllables of a word for pace: a Han character is one, a number as it is spoken, an English word by its vowels. */
export function syllableCount(word: ReadWord, language: 'zh' | 'en'): number {
  const spoken = word.number?.spoken ?? word.text;
  if (language === 'zh' && word.kind !== 'latin') return Math.max(1, [...spoken].filter((each) => /\p{L}/u.test(each)).length);
  return spoken.split(' ').reduce((sum, each) => sum + Math.max(1, (each.match(/[aeiouy]+/giu) ?? []).length), 0);
}
