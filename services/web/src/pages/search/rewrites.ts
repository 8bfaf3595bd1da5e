import { phraseTokens } from '../../phrase-box/phrase-tokens.ts';

/** A wider question, for when the one that was asked finds nothing. */
export type Rewrite = { readonly expression: string } & (
  | { readonly kind: 'tolerant' | 'outside' }
  | { readonly kind: 'lower'; readonly floor: string }
);

/**
 * What might find something where an expression found nothing, nearest first: the phrases by their sound, a lower floor under
 * those that are heard by sound already, and the expression without what it excludes.
 */
export function rewrites(expression: string): readonly Rewrite[] {
  const heard = tolerant(expression);
  const heardLower = heard === undefined ? undefined : lower(heard.expression);
  return [lower(expression), heard, heardLower, withoutOutside(expression)].filter((each) => each !== undefined);
}

/** `~` before every phrase that has none; undefined where all have one. */
function tolerant(expression: string): Rewrite | undefined {
  const tokens = phraseTokens(expression);
  const text = (index: number): string => expression.slice(tokens[index]?.from ?? 0, tokens[index]?.to ?? 0);
  const at = tokens.flatMap((token, index) => {
    if (token.part !== 'string') return [];
    const before = text(index - 1);
    const floored = /^[\d.]+$/u.test(before) && isTilde(text(index - 2));
    return isTilde(before) || floored || syllables(text(index)) < 2 ? [] : [token.from];
  });
  if (at.length === 0) return undefined;
  return {
    kind: 'tolerant',
    expression: replaced(
      expression,
      at.map((from) => ({ from, to: from, text: '~' })),
    ),
  };
}

/** Each floor a tenth lower, down to 0.50; undefined where there is none to lower. */
function lower(expression: string): Rewrite | undefined {
  const tokens = phraseTokens(expression);
  const text = (index: number): string => expression.slice(tokens[index]?.from ?? 0, tokens[index]?.to ?? 0);
  const floors: number[] = [];
  const edits = tokens.flatMap((token, index) => {
    if (!isTilde(text(index))) return [];
    const next = tokens[index + 1];
    if (next === undefined) return [];
    const written = next.part === 'number' ? Number(text(index + 1).normalize('NFKC')) : undefined;
    const now = written ?? (next.part === 'string' ? defaultFloor(text(index + 1)) : 0.8);
    const floor = Math.max(50, Math.round(now * 100) - 10) / 100;
    if (Number.isNaN(floor) || floor >= now) return [];
    floors.push(floor);
    return [{ from: token.to, to: written === undefined ? token.to : next.to, text: floor.toFixed(2) }];
  });
  if (edits.length === 0) return undefined;
  return { kind: 'lower', floor: Math.min(...floors).toFixed(2), expression: replaced(expression, edits) };
}

/** Without the first `outside` and the part behind it. */
function withoutOutside(expression: string): Rewrite | undefined {
  const tokens = phraseTokens(expression);
  const text = (index: number): string => expression.slice(tokens[index]?.from ?? 0, tokens[index]?.to ?? 0);
  const at = tokens.findIndex((token, index) => token.part === 'operator' && /^(?:outside|之外)$/iu.test(text(index)));
  if (at < 1) return undefined;
  let depth = 0;
  let end = at + 1;
  for (; end < tokens.length; end += 1) {
    const now = text(end).normalize('NFKC');
    if (now === '(') depth += 1;
    if (now === ')') depth -= 1;
    const part = tokens[end]?.part;
    // A scope and its colon, and a tilde, lead to the part they belong to.
    const leads = part === 'speaker' || part === 'number' || now === ':' || now === '~';
    if (depth <= 0 && !leads) break;
  }
  const from = tokens[at]?.from ?? 0;
  const to = tokens[Math.min(end, tokens.length - 1)]?.to ?? expression.length;
  return { kind: 'outside', expression: `${expression.slice(0, from).trimEnd()}${expression.slice(to)}` };
}

const isTilde = (text: string): boolean => text.normalize('NFKC') === '~';

/** About as many syllables as the phrase language counts: a Han character each, an English word two. */
function syllables(phrase: string): number {
  return (phrase.match(/\p{Script=Han}/gu)?.length ?? 0) + 2 * (phrase.match(/[a-z']+/giu)?.length ?? 0);
}

/** The floor that holds where none is written. */
function defaultFloor(phrase: string): number {
  const count = syllables(phrase);
  return count <= 3 ? 0.9 : count <= 5 ? 0.8 : 0.7;
}

function replaced(text: string, edits: readonly { from: number; to: number; text: string }[]): string {
  let out = '';
  let at = 0;
  for (const edit of edits) {
    out += text.slice(at, edit.from) + edit.text;
    at = edit.to;
  }
  return out + text.slice(at);
}
