// The language's own lexer, file by file: its index would bring the matcher and the sound tables into the page.
import { type Token, tokensOf } from '../../../../phrases/lexer.ts';
import { SourceText } from '../../../../phrases/source-text.ts';
import { utf16Offsets } from './code-points.ts';

/** What a stretch of an expression is, as far as colours tell it apart. */
export type PhrasePart = 'speaker' | 'string' | 'operator' | 'list' | 'class' | 'number' | 'punctuation' | 'bad';

/** UTF-16 offsets in the text as typed. */
export interface PhraseToken {
  readonly from: number;
  readonly to: number;
  readonly part: PhrasePart;
}

/** The tokens of an expression as the parser reads it, full-width marks and Chinese keywords too, in the order of the text. */
export function phraseTokens(typed: string): readonly PhraseToken[] {
  const source = new SourceText(typed);
  const tokens = tokensOf(source);
  const offsets = utf16Offsets(typed);
  const found: PhraseToken[] = [];
  tokens.forEach((token, index) => {
    if (token.kind === 'eof') return;
    const start = source.toTyped(token.start);
    const from = offsets[start] ?? typed.length;
    const to = offsets[Math.max(source.toTyped(token.end), start + 1)] ?? typed.length;
    const before = found.at(-1);
    // Two tokens can come from one character (㎏ is two letters): the first has it.
    if (before !== undefined && from < before.to) return;
    found.push({ from, to: withoutSpaceAfter(typed, from, to), part: partOf(token, tokens[index + 1]) });
  });
  return found;
}

/** Characters that are nothing to the lexer stand between tokens; they belong to none. */
function withoutSpaceAfter(typed: string, from: number, to: number): number {
  let end = to;
  while (end > from + 1 && /[\s\p{Z}\p{Cf}]/u.test(typed[end - 1] ?? '')) end -= 1;
  return end;
}

function partOf(token: Token, next: Token | undefined): PhrasePart {
  switch (token.kind) {
    case 'speaker':
      return 'speaker';
    case 'end':
      // `first 20s:` says where, like a speaker says who; `first "x"` is a choice among hits.
      return token.as === 'scope' || next?.kind === 'number' ? 'speaker' : 'operator';
    case 'string':
    case 'bare':
      return 'string';
    case 'list':
      return 'list';
    case 'class':
      return 'class';
    case 'number':
    case 'unit':
      return 'number';
    case '(':
    case ')':
    case ':':
    case '/':
    case 'compare':
    case 'eof':
      return 'punctuation';
    case 'bad':
      return badPart[token.reason];
    case '~':
    case 'or':
    case 'and':
    case 'not':
    case 'join':
    case 'outside':
    case 'count':
    case 'kinds':
    case 'meter':
      return 'operator';
  }
}

/** What is still being typed has the colour of what it will be. */
const badPart = {
  string: 'string',
  list: 'list',
  class: 'class',
  number: 'number',
  unit: 'bad',
  character: 'bad',
  dangling: 'bad',
} as const satisfies Record<Extract<Token, { kind: 'bad' }>['reason'], PhrasePart>;
