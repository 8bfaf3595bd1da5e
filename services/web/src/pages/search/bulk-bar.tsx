import { Menu } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { Language } from '../../app/language.tsx';
import { useSay } from '../../app/live-region.tsx';
import { Icon } from '../../marks/icons.tsx';
import type { Counts } from './use-search.ts';
import { askExport, type Question } from './search-api.ts';
import { type Sort, sorts } from './search-state.ts';
import { searchTexts } from './search-texts.ts';

export interface BulkBarProps {
  readonly language: Language;
  /** What the rows that are seen answer. */
  readonly question: Question;
  readonly counts: Counts | undefined;
  readonly callsOnPage: readonly string[];
  readonly ticked: ReadonlySet<string>;
  readonly arrived: number;
  readonly onTickAll: (tick: boolean) => void;
  readonly onSort: (sort: Sort) => void;
  readonly onArrived: () => void;
}

/** Over the rows: what is ticked and what can be done with it, how much was found, and in which order. */
export function BulkBar(props: BulkBarProps): ReactNode {
  const { language, question, counts, callsOnPage, ticked, arrived, onTickAll, onSort, onArrived } = props;
  const texts = searchTexts[language];
  const onPage = callsOnPage.filter((callId) => ticked.has(callId)).length;
  const all = callsOnPage.length > 0 && onPage === callsOnPage.length;
  return (
    <div className="ph bulk">
      <label className="hit-tick">
        <input
          type="checkbox"
          aria-label={texts.selectAll}
          checked={all}
          disabled={callsOnPage.length === 0}
          ref={(box) => {
            if (box !== null) box.indeterminate = ticked.size > 0 && !all;
          }}
          onChange={() => onTickAll(!all)}
        />
      </label>
      <span className="num nw">{texts.selected(ticked.size)}</span>
      <ExportMenu language={language} question={question} ticked={ticked} disabled={(counts?.calls ?? 0) === 0} />
      {arrived > 0 && (
        <button type="button" className="btn xs" onClick={onArrived}>
          <Icon name="again" size={14} />
          {texts.arrived(arrived)}
        </button>
      )}
      <span className="sp" />
      <span className="num nw" aria-live="polite">
        {counts !== undefined && <Found counts={counts} language={language} />}
      </span>
      <Menu position="bottom-end" shadow="md" withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <button type="button" className="btn xs" aria-label={`${texts.sort}: ${texts.sorts[question.sort]}`}>
            {texts.sorts[question.sort]} <Icon name="down" size={13} />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {sorts.map((sort) => (
            <Menu.Item
              key={sort}
              role="menuitemradio"
              aria-checked={sort === question.sort}
              className={sort === question.sort ? 'mitem is-on' : 'mitem'}
              onClick={() => onSort(sort)}
            >
              {texts.sorts[sort]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

/** `55 处，39 通`; of what is not counted to its end, at least so many. */
export function Found({ counts, language }: { readonly counts: Counts; readonly language: Language }): ReactNode {
  const texts = searchTexts[language];
  const least = counts.exact ? '' : texts.atLeast;
  return (
    <>
      {least}
      {counts.hits !== null && (
        <>
          <Strong text={texts.hits(counts.hits)} />
          {texts.comma}
        </>
      )}
      <Strong text={texts.calls(counts.calls)} />
      {counts.counting && <span className="mut sm counting">{texts.counting}</span>}
    </>
  );
}

/** The number of a count in bold. */
function Strong({ text }: { readonly text: string }): ReactNode {
  const number = /^[\d,]+/u.exec(text)?.[0] ?? '';
  return (
    <>
      <b>{number}</b>
      {text.slice(number.length)}
    </>
  );
}

function ExportMenu({
  language,
  question,
  ticked,
  disabled,
}: {
  readonly language: Language;
  readonly question: Question;
  readonly ticked: ReadonlySet<string>;
  readonly disabled: boolean;
}): ReactNode {
  const texts = searchTexts[language];
  const say = useSay();
  const [state, setState] = useState<'rest' | 'busy' | 'failed'>('rest');
  const run = async (format: 'csv' | 'jsonl'): Promise<void> => {
    setState('busy');
    try {
      save(await askExport(question, format, [...ticked]), format);
      setState('rest');
      say(texts.exported);
    } catch {
      setState('failed');
    }
  };
  return (
    <>
      <Menu position="bottom-start" shadow="md" withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <button type="button" className="btn xs" disabled={disabled || state === 'busy'}>
            <Icon name="download" size={14} />
            {state === 'busy' ? texts.exporting : ticked.size > 0 ? texts.exportTicked : texts.exportSeen}
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item className="mitem" onClick={() => void run('csv')}>
            {texts.csv}
          </Menu.Item>
          <Menu.Item className="mitem" onClick={() => void run('jsonl')}>
            {texts.jsonl}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {state === 'failed' && (
        <span className="problem sm" role="alert">
          {texts.exportFailed}
        </span>
      )}
    </>
  );
}

function save(file: Blob, format: 'csv' | 'jsonl'): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = `plumbline-search-${new Date().toISOString().slice(0, 10)}.${format}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
