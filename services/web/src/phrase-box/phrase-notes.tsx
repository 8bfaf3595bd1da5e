import { Fragment, type ReactNode } from 'react';
import type { PhraseProblem } from './phrase-problem.ts';
import type { Language } from '../app/language.tsx';
import { phraseTexts, type PhraseTexts } from './phrase-texts.ts';
import type { Checked } from './use-phrase-check.ts';

export interface PhraseNotesProps {
  readonly id: string;
  readonly value: string;
  readonly shown: Checked | undefined;
  readonly problem: PhraseProblem | undefined;
  readonly arrowAt: number;
  readonly language: Language;
  readonly onFix: () => void;
  readonly aside: ReactNode;
}

/** Under the box: what the expression means in words, or what is wrong with it and what was probably meant. */
export function PhraseNotes({ id, value, shown, problem, arrowAt, language, onFix, aside }: PhraseNotesProps): ReactNode {
  const texts = phraseTexts[language];
  const wrong = problem !== undefined && !problem.unfinished ? problem : undefined;
  return (
    <>
      {wrong !== undefined && <ProblemPanel id={id} problem={wrong} arrowAt={arrowAt} texts={texts} onFix={onFix} />}
      <div className="phrase-info">
        {wrong === undefined && (
          <p id={id} className="phrase-reading" aria-live="polite">
            <Reading value={value} shown={shown} problem={problem} language={language} />
          </p>
        )}
        <span className="phrase-info-space" />
        {aside}
      </div>
    </>
  );
}

function ProblemPanel({
  id,
  problem,
  arrowAt,
  texts,
  onFix,
}: {
  readonly id: string;
  readonly problem: PhraseProblem;
  readonly arrowAt: number;
  readonly texts: PhraseTexts;
  readonly onFix: () => void;
}): ReactNode {
  return (
    <div id={id} className="phrase-problem" role="alert" style={{ '--arrow-at': `${arrowAt}px` } as React.CSSProperties}>
      <svg width="14" height="14" viewBox="0 0 16 16" aria-hidden="true">
        <rect x="1" y="1" width="14" height="14" rx="2" className="phrase-problem-square" />
        <path d="m5 5 6 6M11 5l-6 6" className="phrase-problem-cross" />
      </svg>
      <div className="phrase-problem-words">
        <b>{texts.at(problem.line, problem.column)}</b>
        {problem.sentence}
        {texts.here}
        <Expected expected={problem.expected} texts={texts} />
        {problem.fix !== undefined && <div className="phrase-problem-meant">{texts.meant(problem.fix.shown)}</div>}
      </div>
      {problem.fix !== undefined && (
        <button type="button" className="phrase-fix" onClick={onFix}>
          {texts.apply(problem.fix.shown)} <kbd>Tab</kbd>
        </button>
      )}
    </div>
  );
}

function Expected({ expected, texts }: { readonly expected: PhraseProblem['expected']; readonly texts: PhraseTexts }): ReactNode {
  const stop = texts.or === '或' ? '。' : '.';
  if ('text' in expected) return `${texts.gap}${expected.text}${stop}`;
  const { words } = expected;
  return (
    <>
      {' '}
      {words.map((word, index) => (
        <Fragment key={word}>
          {index > 0 && (index === words.length - 1 ? ` ${texts.or} ` : texts.or === '或' ? '、' : ', ')}
          <code>{word}</code>
        </Fragment>
      ))}
      {stop}
    </>
  );
}

function Reading({
  value,
  shown,
  problem,
  language,
}: Pick<PhraseNotesProps, 'value' | 'shown' | 'problem' | 'language'>): ReactNode {
  const texts = phraseTexts[language];
  if (value.trim() === '') return <span>{texts.empty}</span>;
  if (problem !== undefined)
    return (
      <>
        <b className="phrase-unfinished">{texts.unfinished}</b>
        <span>
          {problem.sentence}
          {texts.here}
          <Expected expected={problem.expected} texts={texts} />
        </span>
      </>
    );
  if (shown === undefined) return null;
  if (shown.answer === undefined) return <span>{texts.noCheck}</span>;
  if (!shown.answer.ok) return <span>{texts.checking}</span>;
  const reading = shown.answer.reading?.[language];
  return (
    <>
      <b className="phrase-valid">
        <svg width="14" height="14" viewBox="0 0 16 16" aria-hidden="true">
          <circle cx="8" cy="8" r="7" className="phrase-valid-disc" />
          <path d="m4.6 8.2 2.3 2.3 4.5-4.8" className="phrase-valid-tick" />
        </svg>
        {texts.valid}
      </b>
      <span className="phrase-reading-words" title={reading}>
        {reading}
      </span>
    </>
  );
}
