import type { components } from '../api/openapi.d.ts';
import { offsetOfPlace, utf16Of } from './code-points.ts';
import type { Language } from '../app/language.tsx';
import { phraseTexts } from './phrase-texts.ts';

export type PhraseCheck = components['schemas']['PhraseCheck'];
export type PhraseError = PhraseCheck['errors'][number];

/** An error as the box shows it. Offsets are UTF-16, in the expression that was checked. */
export interface PhraseProblem {
  readonly from: number;
  readonly to: number;
  readonly line: number;
  readonly column: number;
  /** One sentence that says what is wrong there. */
  readonly sentence: string;
  /** What could stand there: words to choose from, or a description of them. */
  readonly expected: { readonly words: readonly string[] } | { readonly text: string };
  readonly fix: PhraseFix | undefined;
  /** It breaks off at its end: whoever types is not done yet. */
  readonly unfinished: boolean;
}

export interface PhraseFix {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  /** The word that would stand there, for people. */
  readonly shown: string;
}

export function phraseProblem(expression: string, error: PhraseError, language: Language): PhraseProblem {
  const from = offsetOfPlace(expression, error.line, error.column);
  const to = Math.max(from, offsetOfPlace(expression, error.line, error.endColumn));
  const bad = expression.slice(from, to);
  return {
    from,
    to,
    line: error.line,
    column: error.column,
    sentence: sentenceOf(error.code, bad, language),
    expected: expectedOf(error.expected[language], language),
    fix: fixOf(expression, error),
    unfinished: expression.slice(to).trim() === '' && (bad.trim() === '' || /^[@＠#＃"“「]/u.test(bad)),
  };
}

function sentenceOf(code: string, bad: string, language: Language): string {
  const { problem } = phraseTexts[language];
  const shown = bad.length > 24 ? `${bad.slice(0, 23)}…` : bad;
  switch (code) {
    case 'phrase.unit':
      return problem.unit(shown);
    case 'list.missing':
      return problem.list(shown);
    case 'phrase.class':
      return problem.class(shown);
    case 'phrase.string':
      return problem.string();
    case 'phrase.end':
      return problem.end();
    case 'phrase.character':
      return problem.character(shown);
    case 'phrase.scope':
      return problem.scope(shown);
    default:
      return problem.other(shown);
  }
}

/** Three or more short words parted by commas are words to choose from: those in the page's script, if it has any. */
function expectedOf(text: string, language: Language): PhraseProblem['expected'] {
  const words = text
    .replace(/^[^,，、:：]*[:：]\s*/u, '')
    .replace(/^单位 /u, '')
    .split(/,\s*/u);
  if (words.length < 3 || words.some((word) => word.length > 12 || /\s/u.test(word))) return { text };
  const own = words.filter((word) => /\p{Script=Han}/u.test(word) === (language === 'zh'));
  return { words: own.length > 0 ? own : words };
}

/** An example with a placeholder in it says what is missing; taking it would put the placeholder into the search. */
const placeholder = /(?:^|[\s"~:(])A(?:$|[\s")])/u;

function fixOf(expression: string, { suggestion }: PhraseError): PhraseFix | undefined {
  if (suggestion === undefined || placeholder.test(suggestion.text)) return undefined;
  const from = utf16Of(expression, suggestion.from);
  const to = utf16Of(expression, suggestion.to);
  const fixed = expression.slice(0, from) + suggestion.text + expression.slice(to);
  return { from, to, text: suggestion.text, shown: wordAround(fixed, from, from + suggestion.text.length) };
}

const part = /[\p{L}\p{M}\p{N}@#"_'.%-]/u;

/** What is changed with the characters that belong to it on both sides: `10s` where `s` was put in. */
function wordAround(text: string, from: number, to: number): string {
  let start = from;
  while (start > 0 && from - start < 12 && part.test(text[start - 1] ?? '')) start -= 1;
  let end = to;
  while (end < text.length && end - to < 12 && part.test(text[end] ?? '')) end += 1;
  const word = text.slice(start, end).trim();
  return word === '' ? text.slice(Math.max(0, from - 6), to + 6).trim() : word;
}
