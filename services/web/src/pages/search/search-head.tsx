import { useQuery } from '@tanstack/react-query';
import { type ReactNode, type Ref, useCallback, useImperativeHandle, useMemo, useRef } from 'react';
import type { Language } from '../../app/language.tsx';
import { PhraseBox, type PhraseBoxHandle } from '../../phrase-box/phrase-box.tsx';
import type { Complete } from '../../phrase-box/phrase-completion.ts';
import { Examples } from './examples.tsx';
import { askCompletion, askLists, askPhraseCheck } from './search-api.ts';
import { searchTexts } from './search-texts.ts';

const noLists: ReadonlyMap<string, number> = new Map();
const checkPhrase = (expression: string, signal: AbortSignal): ReturnType<typeof askPhraseCheck> =>
  askPhraseCheck(expression, signal);

const searchKey = /mac|iphone|ipad/iu.test(globalThis.navigator?.userAgent ?? '') ? '⌘↵' : 'Ctrl ↵';

/** The head of the page: the box, the button that searches, and what helps to write. */
export function SearchHead({
  draft,
  language,
  aside,
  onDraft,
  onSearch,
  onReadable,
  onLeave,
  ref,
}: {
  /** What stands in the box. */
  readonly draft: string;
  readonly language: Language;
  readonly aside: ReactNode;
  readonly onDraft: (expression: string) => void;
  readonly onSearch: (expression: string) => void;
  readonly onReadable: (readable: boolean | undefined) => void;
  readonly onLeave: () => void;
  readonly ref: Ref<PhraseBoxHandle>;
}): ReactNode {
  const texts = searchTexts[language];
  const box = useRef<PhraseBoxHandle>(null);
  useImperativeHandle(ref, () => ({ focus: () => box.current?.focus(), search: () => box.current?.search() }), []);
  const listSizes = useListSizes();
  const complete = useCallback<Complete>(
    (expression, cursor, signal) => askCompletion(expression, cursor, language, signal),
    [language],
  );
  const take = (expression: string): void => {
    onDraft(expression);
    box.current?.focus();
  };
  return (
    <header className="qarea">
      <h1 className="sr">{texts.title}</h1>
      <PhraseBox
        ref={box}
        value={draft}
        language={language}
        check={checkPhrase}
        complete={complete}
        listSizes={listSizes}
        onChange={onDraft}
        onSearch={onSearch}
        onReadable={onReadable}
        onLeave={onLeave}
        actions={
          <div className="qbt">
            <button type="button" className="btn pri" onClick={() => box.current?.search()}>
              {texts.search} <kbd aria-hidden="true">{searchKey}</kbd>
            </button>
            <Examples language={language} onTake={take} />
            <button type="button" className="btn" disabled={draft === ''} onClick={() => take('')}>
              {texts.clearBox}
            </button>
          </div>
        }
        aside={aside}
      />
    </header>
  );
}

function useListSizes(): ReadonlyMap<string, number> {
  const { data } = useQuery({ queryKey: ['lists'], queryFn: ({ signal }) => askLists(signal), staleTime: 300_000 });
  return useMemo(() => (data === undefined ? noLists : new Map(data.lists.map(({ name, entries }) => [name, entries]))), [data]);
}
