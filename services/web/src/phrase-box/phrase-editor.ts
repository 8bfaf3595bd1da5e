import { acceptCompletion, completionKeymap, completionStatus } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { Compartment, EditorState, Prec } from '@codemirror/state';
import { EditorView, keymap, lineNumbers, placeholder, tooltips } from '@codemirror/view';
import { type CompletionSource, phraseCompletion } from './phrase-completion.ts';
import { phraseHighlighting, setProblem } from './phrase-highlighting.ts';

export interface PhraseEditorCalls {
  readonly changed: (text: string) => void;
  readonly search: () => void;
  /** Takes the suggestion; false when there is none, and Tab goes on. */
  readonly fix: () => boolean;
  readonly leave: () => void;
  readonly completion: () => CompletionSource;
}

export interface EditorWords {
  readonly label: string;
  readonly hint: string;
  readonly describedBy: string;
  readonly invalid: boolean;
}

/** The editor of an expression, without the page around it. */
export class PhraseEditor {
  readonly view: EditorView;
  readonly #words = new Compartment();
  readonly #calls: PhraseEditorCalls;

  constructor(parent: HTMLElement, text: string, words: EditorWords, calls: PhraseEditorCalls) {
    this.#calls = calls;
    this.view = new EditorView({
      parent,
      state: EditorState.create({
        doc: text,
        extensions: [
          Prec.highest(keymap.of(this.#keys())),
          lineNumbers(),
          history(),
          EditorView.lineWrapping,
          phraseHighlighting,
          phraseCompletion(() => calls.completion()),
          tooltips({ position: 'absolute' }),
          keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
          this.#words.of(wordsOf(words)),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) calls.changed(update.state.doc.toString());
          }),
        ],
      }),
    });
  }

  setWords(words: EditorWords): void {
    this.view.dispatch({ effects: this.#words.reconfigure(wordsOf(words)) });
  }

  /** Another text from outside, such as a link that was followed; undo takes it back. */
  setText(text: string): void {
    const { doc } = this.view.state;
    if (doc.toString() !== text) this.view.dispatch({ changes: { from: 0, to: doc.length, insert: text } });
  }

  setProblem(problem: { readonly from: number; readonly to: number } | undefined): void {
    this.view.dispatch({ effects: setProblem.of(problem) });
  }

  replace(from: number, to: number, text: string): void {
    this.view.dispatch({
      changes: { from, to, insert: text },
      selection: { anchor: from + text.length },
      userEvent: 'input.fix',
    });
  }

  /** Where the middle of a stretch is, in pixels of the window; undefined while it is not drawn. */
  middleOf(from: number, to: number): number | undefined {
    const { length } = this.view.state.doc;
    if (from > length) return undefined;
    const left = this.view.coordsAtPos(from, 1);
    const right = to > from ? this.view.coordsAtPos(Math.min(to, length), -1) : undefined;
    if (left === null) return undefined;
    const sameLine = right !== undefined && right !== null && Math.abs(right.top - left.top) < 2;
    return sameLine ? (left.left + right.right) / 2 : left.left + 4;
  }

  focus(): void {
    this.view.focus();
  }

  destroy(): void {
    this.view.destroy();
  }

  #keys(): Parameters<typeof keymap.of>[0] {
    const search = (view: EditorView): boolean => {
      if (view.composing) return false;
      this.#calls.search();
      return true;
    };
    return [
      { key: 'Mod-Enter', run: search },
      { key: 'Ctrl-Enter', run: search },
      {
        key: 'Tab',
        run: (view) => {
          if (view.composing) return true;
          if (completionStatus(view.state) === 'active') return acceptCompletion(view);
          return this.#calls.fix();
        },
      },
      {
        key: 'Escape',
        run: (view) => {
          if (view.composing || completionStatus(view.state) !== null) return false;
          this.#calls.leave();
          return true;
        },
      },
    ];
  }
}

function wordsOf({ label, hint, describedBy, invalid }: EditorWords): ReturnType<typeof placeholder>[] {
  return [
    placeholder(hint),
    EditorView.contentAttributes.of({
      'aria-label': label,
      'aria-describedby': describedBy,
      'aria-invalid': String(invalid),
      spellcheck: 'false',
      autocorrect: 'off',
      autocapitalize: 'off',
      'data-testid': 'phrase-box',
    }),
  ];
}
