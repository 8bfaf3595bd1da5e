import { type Extension, RangeSetBuilder, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate, WidgetType } from '@codemirror/view';
import { type PhrasePart, phraseTokens } from './phrase-tokens.ts';

const colours: Readonly<Record<PhrasePart, Decoration>> = {
  speaker: Decoration.mark({ class: 'phrase-speaker' }),
  string: Decoration.mark({ class: 'phrase-string' }),
  operator: Decoration.mark({ class: 'phrase-operator' }),
  list: Decoration.mark({ class: 'phrase-list' }),
  class: Decoration.mark({ class: 'phrase-class' }),
  number: Decoration.mark({ class: 'phrase-number' }),
  punctuation: Decoration.mark({ class: 'phrase-punctuation' }),
  bad: Decoration.mark({ class: 'phrase-bad' }),
};

function coloured(text: string): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to, part } of phraseTokens(text)) builder.add(from, to, colours[part]);
  return builder.finish();
}

/** An expression has 10,000 characters at most: it is read again whole with every change, as the parser would. */
const highlighter = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = coloured(view.state.doc.toString());
    }

    update(update: ViewUpdate): void {
      if (update.docChanged) this.decorations = coloured(update.state.doc.toString());
    }
  },
  { decorations: ({ decorations }) => decorations },
);

/** Where the expression is wrong; undefined where it is not. UTF-16 offsets. */
export const setProblem = StateEffect.define<{ readonly from: number; readonly to: number } | undefined>();

const wavy = Decoration.mark({ class: 'phrase-wrong' });

class MissingHere extends WidgetType {
  override toDOM(): HTMLElement {
    const gap = document.createElement('span');
    gap.className = 'phrase-wrong phrase-missing';
    gap.ariaHidden = 'true';
    gap.textContent = '\u00a0';
    return gap;
  }
}

const problemField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, transaction) {
    let now = shown.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(setProblem)) continue;
      const length = transaction.state.doc.length;
      if (effect.value === undefined || effect.value.from > length) now = Decoration.none;
      else {
        const { from } = effect.value;
        const to = Math.min(length, effect.value.to);
        now = Decoration.set(
          from < to ? wavy.range(from, to) : Decoration.widget({ widget: new MissingHere(), side: 1 }).range(from),
        );
      }
    }
    return now;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Colours and the wavy line. */
export const phraseHighlighting: Extension = [highlighter, problemField];
