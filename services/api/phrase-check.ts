import { pinyin } from 'pinyin-pro';
import type { z } from 'zod';
import {
  candidateQuery,
  completeExpression,
  explainExpression,
  formatExpression,
  parseExpression,
  PhraseError,
} from '../../phrases/index.ts';
import { sharedLists, sharedListTitles } from '../../scoring/index.ts';
import { ApiProblem } from './problem.ts';
import type { completionSchema, phraseCheckSchema } from './phrase-schemas.ts';

type PhraseCheck = z.input<typeof phraseCheckSchema>;
type PhraseErrorView = PhraseCheck['errors'][number];
type Completion = z.input<typeof completionSchema>;

/** What an expression means, in its canonical spelling and in words; or where it cannot be read and what was probably meant. */
export function checkPhrase(expression: string): PhraseCheck {
  const read = readPhrase(expression);
  if ('error' in read) return { ok: false, errors: [errorView(expression, read.error)] };
  const { tree } = read;
  return {
    ok: true,
    formatted: formatExpression(tree),
    reading: { zh: explainExpression(tree, 'zh'), en: explainExpression(tree, 'en') },
    certain: candidateQuery(tree, sharedLists).certain,
    errors: [],
  };
}

/** @throws ApiProblem 422 at the place that cannot be read */
export function readablePhrase(expression: string): ReturnType<typeof parseExpression>['tree'] {
  const read = readPhrase(expression);
  if ('tree' in read) return read.tree;
  const { line, column, text } = read.error;
  throw new ApiProblem(422, 'phrase-not-valid', 'The expression cannot be read.', {
    text,
    errors: [{ path: `${line}:${column}`, message: text.en }],
  });
}

function readPhrase(expression: string): { tree: ReturnType<typeof parseExpression>['tree'] } | { error: PhraseError } {
  try {
    return parseExpression(expression, { lists: sharedLists });
  } catch (error) {
    if (error instanceof PhraseError) return { error };
    throw error;
  }
}

function errorView(expression: string, error: PhraseError): PhraseErrorView {
  const { code, line, column, endColumn, text, expected } = error;
  const meant = wholeMeant(expression, error);
  return {
    code,
    line,
    column,
    endColumn,
    message: { ...text },
    expected: { ...expected },
    ...(meant === undefined ? {} : { suggestion: suggestion(expression, meant) }),
  };
}

/** The expression as it was probably meant; of a list that is not there the error says its name alone. */
function wholeMeant(typed: string, { code, line, column, meant }: PhraseError): string | undefined {
  if (meant === undefined || code !== 'list.missing') return meant;
  const lines = typed.split('\n');
  const before = [...lines.slice(0, line - 1), ''].join('\n') + [...(lines[line - 1] ?? '')].slice(0, column - 1).join('');
  const name = /[@＠][\p{L}\p{M}0-9_-]+/u.exec(typed.slice(before.length));
  if (name === null) return undefined;
  const start = before.length + name.index;
  return typed.slice(0, start) + meant + typed.slice(start + name[0].length);
}

/** The one stretch that differs between what was typed and what was probably meant. */
function suggestion(typed: string, meant: string): NonNullable<PhraseErrorView['suggestion']> {
  const [before, after] = [[...typed], [...meant]];
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return { text: after.slice(start, after.length - end).join(''), from: start, to: before.length - end, whole: meant };
}

/** What can be written at a cursor (code points). A list is found by its name, its title, and the sounds of its Chinese title. */
export function completePhrase(expression: string, cursor: number, language: 'zh' | 'en' | undefined): Completion {
  const points = [...expression];
  const at = Math.min(cursor, points.length);
  const before = points.slice(0, at).join('');
  const options = { lists: sharedLists, ...(language === undefined ? {} : { language }) };
  const offered = completeExpression(expression, before.length, options);
  const word = /[@＠]([\p{L}\p{M}0-9_-]+)$/u.exec(before);
  const others =
    word === null
      ? []
      : completeExpression(before.slice(0, word.index + 1), word.index + 1, options).filter(
          ({ kind, text }) =>
            kind === 'list' && listIsMeant(text.slice(1), word[1] ?? '') && !offered.some((each) => each.text === text),
        );
  const from = offered[0]?.from ?? (word === null ? before.length : word.index);
  return {
    from: [...expression.slice(0, from)].length,
    to: at,
    options: [...offered, ...others].map(({ text, kind, meaning }) => ({
      text,
      kind,
      detail: { ...((kind === 'list' ? sharedListTitles[text.slice(1)] : undefined) ?? meaning) },
    })),
  };
}

function listIsMeant(name: string, typed: string): boolean {
  const title = sharedListTitles[name];
  if (title === undefined) return false;
  const wanted = typed.toLowerCase();
  const syllables = pinyin(title.zh, { toneType: 'none', type: 'array', v: true });
  return (
    title.zh.includes(typed) ||
    syllables.join('').startsWith(wanted) ||
    syllables
      .map(([first]) => first ?? '')
      .join('')
      .startsWith(wanted) ||
    name.split('_').some((part) => part.startsWith(wanted)) ||
    title.en
      .toLowerCase()
      .split(' ')
      .some((part) => part.startsWith(wanted))
  );
}
