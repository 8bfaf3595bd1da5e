import { type ReactNode, type Ref, useCallback, useEffect, useId, useImperativeHandle, useMemo, useRef, useState } from 'react';
import type { Complete, ListSizes } from './phrase-completion.ts';
import { PhraseEditor } from './phrase-editor.ts';
import { PhraseNotes } from './phrase-notes.tsx';
import { type PhraseProblem, phraseProblem } from './phrase-problem.ts';
import type { Language } from '../app/language.tsx';
import { phraseTexts } from './phrase-texts.ts';
import { type Check, type Checked, usePhraseCheck } from './use-phrase-check.ts';
import './phrase-box.css';

export interface PhraseBoxHandle {
  focus(): void;
  /** As the button does it: what can be read is searched, what cannot is pointed at. */
  search(): void;
}

export interface PhraseBoxProps {
  readonly value: string;
  readonly language: Language;
  readonly check: Check;
  readonly complete: Complete;
  readonly listSizes: ListSizes;
  readonly onChange: (text: string) => void;
  readonly onSearch: (text: string) => void;
  /** Whether what stands in the box can be read; undefined while nobody knows, and while it is not finished. */
  readonly onReadable?: (readable: boolean | undefined) => void;
  /** Where Escape goes, after popups are closed. */
  readonly onLeave?: () => void;
  /** Buttons at the right of the box. */
  readonly actions?: ReactNode;
  /** At the right of the line under it. */
  readonly aside?: ReactNode;
  readonly ref?: Ref<PhraseBoxHandle>;
}

/** The box in which the phrase language is written: colours, completion, what it means in words, and where it is wrong. */
export function PhraseBox(props: PhraseBoxProps): ReactNode {
  const { value, language, check, actions, aside } = props;
  const texts = phraseTexts[language];
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<PhraseEditor>(undefined);
  const notesId = useId();
  const { checked, now } = usePhraseCheck(value, check);
  const { problem, shown } = useProblem(value, checked, language);
  const wanted = useRef(false);

  const search = useCallback(async (): Promise<void> => {
    const text = editor.current?.view.state.doc.toString() ?? '';
    const answer = await now(text);
    wanted.current = answer?.ok === false;
    if (answer?.ok === false) editor.current?.focus();
    else live.current.onSearch(text);
  }, [now]);
  const fix = useCallback((): boolean => {
    const found = live.current.problem?.fix;
    if (found === undefined) return false;
    editor.current?.replace(found.from, found.to, found.text);
    editor.current?.focus();
    return true;
  }, []);

  // The editor is made once; what it calls is whatever the last rendering said.
  const live = useRef({ ...props, problem, texts, search, fix });
  live.current = { ...props, problem, texts, search, fix };

  useEffect(() => {
    if (host.current === null) return;
    const made = new PhraseEditor(
      host.current,
      live.current.value,
      { label: live.current.texts.label, hint: live.current.texts.hint, describedBy: notesId, invalid: false },
      {
        changed: (text) => live.current.onChange(text),
        search: () => void live.current.search(),
        fix: () => live.current.fix(),
        leave: () => live.current.onLeave?.(),
        completion: () => live.current,
      },
    );
    editor.current = made;
    return () => {
      editor.current = undefined;
      made.destroy();
    };
  }, [notesId]);

  useEffect(() => editor.current?.setText(value), [value]);
  const invalid = problem !== undefined && !problem.unfinished;
  useEffect(
    () => editor.current?.setWords({ label: texts.label, hint: texts.hint, describedBy: notesId, invalid }),
    [texts, notesId, invalid],
  );
  useEffect(() => editor.current?.setProblem(invalid ? problem : undefined), [problem, invalid]);

  const answered = checked?.expression === value ? checked.answer?.ok : undefined;
  const readable = answered === false && !invalid ? undefined : answered;
  useEffect(() => live.current.onReadable?.(readable), [readable]);
  // What was asked for while it was wrong is searched as soon as it has been put right.
  useEffect(() => {
    if (readable !== true || !wanted.current) return;
    wanted.current = false;
    live.current.onSearch(value);
  }, [readable, value]);

  useImperativeHandle(props.ref, () => ({ focus: () => editor.current?.focus(), search: () => void live.current.search() }), []);
  const arrowAt = useArrow(editor, host, invalid ? problem : undefined);

  return (
    <>
      <div className="phrase-row">
        <div ref={host} className={invalid ? 'phrase-box is-wrong' : 'phrase-box'} />
        {actions}
      </div>
      <PhraseNotes
        id={notesId}
        value={value}
        shown={shown}
        problem={problem}
        arrowAt={arrowAt}
        language={language}
        onFix={fix}
        aside={aside}
      />
    </>
  );
}

/** The problem of what stands in the box, and the last answer that is worth showing. */
function useProblem(
  value: string,
  checked: Checked | undefined,
  language: Language,
): { readonly problem: PhraseProblem | undefined; readonly shown: Checked | undefined } {
  const problem = useMemo(() => {
    const error = checked?.answer?.errors[0];
    return checked === undefined || error === undefined || checked.expression !== value
      ? undefined
      : phraseProblem(checked.expression, error, language);
  }, [checked, value, language]);
  return { problem, shown: checked };
}

/** Where the notch of the panel belongs, in pixels from the left edge of the box; follows the window's size and the fonts. */
function useArrow(
  editor: { readonly current: PhraseEditor | undefined },
  host: { readonly current: HTMLDivElement | null },
  problem: PhraseProblem | undefined,
): number {
  const [at, setAt] = useState(24);
  useEffect(() => {
    if (problem === undefined) return;
    const place = (): void => {
      const middle = editor.current?.middleOf(problem.from, problem.to);
      const box = host.current?.getBoundingClientRect();
      if (middle !== undefined && box !== undefined) setAt(Math.round(Math.max(12, Math.min(box.width - 12, middle - box.left))));
    };
    place();
    const resized = new ResizeObserver(place);
    if (host.current !== null) resized.observe(host.current);
    void document.fonts.ready.then(place);
    return () => resized.disconnect();
  }, [editor, host, problem]);
  return at;
}
