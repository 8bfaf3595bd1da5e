import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  type CompletionSection,
  pickedCompletion,
} from '@codemirror/autocomplete';
import type { Extension } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import type { components } from '../api/openapi.d.ts';
import { codePointsBefore, utf16Of } from './code-points.ts';
import type { Language } from '../app/language.tsx';
import type { PhraseTexts } from './phrase-texts.ts';

export type Offered = components['schemas']['Completion'];

/** Asks what can be written at a cursor (code points). */
export type Complete = (expression: string, cursor: number, signal: AbortSignal) => Promise<Offered>;

/** How many entries the named lists have, by name without the @. */
export type ListSizes = ReadonlyMap<string, number>;

export interface CompletionSource {
  readonly complete: Complete;
  readonly listSizes: ListSizes;
  readonly language: Language;
  readonly texts: PhraseTexts;
}

interface PhraseCompletion extends Completion {
  readonly phraseKind: Offered['options'][number]['kind'];
  readonly count: string;
  readonly meaning: string;
  readonly typed: number;
}

/**
 * Completion at the caret. It opens by itself while a word, a list or a class is being typed and directly behind a number, and by
 * Ctrl+Space anywhere; so it never stands in the way of a space or a new line.
 */
export function phraseCompletion(source: () => CompletionSource): Extension {
  return autocompletion({
    override: [(context) => offers(context, source())],
    icons: false,
    maxRenderedOptions: 60,
    tooltipClass: () => 'phrase-completions',
    optionClass: (completion) => `phrase-option phrase-option-${(completion as PhraseCompletion).phraseKind}`,
    addToOptions: [
      { position: 60, render: (completion) => cell('phrase-option-count', (completion as PhraseCompletion).count) },
      { position: 70, render: (completion) => cell('phrase-option-meaning', (completion as PhraseCompletion).meaning) },
    ],
  });
}

function cell(className: string, text: string): HTMLElement {
  const span = document.createElement('span');
  span.className = className;
  span.textContent = text;
  return span;
}

async function offers(context: CompletionContext, source: CompletionSource): Promise<CompletionResult | null> {
  const expression = context.state.doc.toString();
  const before = expression.slice(0, context.pos);
  if (!context.explicit && !/[\p{L}\p{M}\p{N}@＠#＃_-]$/u.test(before)) return null;
  const stop = new AbortController();
  context.addEventListener('abort', () => stop.abort());
  const offered = await source.complete(expression, codePointsBefore(expression, context.pos), stop.signal).catch(() => null);
  if (offered === null || offered.options.length === 0) return null;
  const from = utf16Of(expression, offered.from);
  const to = utf16Of(expression, offered.to);
  const section = sectionOf(offered, source.texts);
  return {
    from,
    to,
    filter: false,
    getMatch: (completion) => [0, (completion as PhraseCompletion).typed],
    options: offered.options.map((option): PhraseCompletion => optionOf(option, expression.slice(from, to), section, source)),
  };
}

function optionOf(
  { text, kind, detail }: Offered['options'][number],
  typed: string,
  section: CompletionSection,
  { listSizes, language, texts }: CompletionSource,
): PhraseCompletion {
  const size = kind === 'list' ? listSizes.get(text.slice(1)) : undefined;
  return {
    label: text,
    phraseKind: kind,
    count: size === undefined ? '' : texts.entries(size),
    meaning: detail[language],
    typed: text.toLowerCase().startsWith(typed.normalize('NFKC').toLowerCase()) ? typed.length : 0,
    section,
    apply: put,
  };
}

/** The text with its other half: a quote and a bracket that it opens are closed behind the caret. */
function put(view: EditorView, completion: Completion, from: number, to: number): void {
  const { label } = completion;
  const closing = label.endsWith('"') ? '"' : label.endsWith('(') ? ')' : '';
  const following = view.state.sliceDoc(to, to + 1);
  // A word that ends a scope or is an operator is followed by a space, ready for what comes next.
  const { phraseKind } = completion as PhraseCompletion;
  const space = (phraseKind === 'operator' || label.endsWith(':') || label.endsWith('>')) && following !== ' ' ? ' ' : '';
  view.dispatch({
    changes: { from, to, insert: label + closing + space },
    selection: { anchor: from + label.length + (closing === '' ? space.length : 0) },
    userEvent: 'input.complete',
    annotations: pickedCompletion.of(completion),
  });
}

function sectionOf({ options }: Offered, texts: PhraseTexts): CompletionSection {
  const lists = options.every(({ kind }) => kind === 'list');
  return {
    name: 'offered',
    header: () => {
      const head = document.createElement('div');
      head.className = 'phrase-completions-head';
      head.role = 'presentation';
      const keys = document.createElement('span');
      keys.append(key('↑'), key('↓'), ` ${texts.choose} `, key('Tab'), ` ${texts.take}`);
      head.append(lists ? texts.lists : texts.offered, keys);
      return head;
    },
  };
}

function key(text: string): HTMLElement {
  const element = document.createElement('kbd');
  element.textContent = text;
  return element;
}
