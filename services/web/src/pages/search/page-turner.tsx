import type { ReactNode } from 'react';
import type { Language } from '../../app/language.tsx';
import { count as number } from '../../format/number.ts';
import { Icon } from '../../marks/icons.tsx';
import type { FoundCall } from './result-rows.ts';
import { shownOn } from './result-rows.ts';
import type { SearchState } from './search-state.ts';
import { searchTexts } from './search-texts.ts';
import type { Counts } from './use-search.ts';

/** Which of the hits are seen, and the pages before and after. */
export function PageTurner({
  calls,
  counts,
  after,
  knowsBefore,
  hasNext,
  language,
  onBefore,
  onNext,
}: {
  readonly calls: readonly FoundCall[];
  readonly counts: Counts | undefined;
  readonly after: SearchState['after'];
  /** Whether the page before can be gone to; else only the first one. */
  readonly knowsBefore: boolean;
  readonly hasNext: boolean;
  readonly language: Language;
  readonly onBefore: () => void;
  readonly onNext: () => void;
}): ReactNode {
  const texts = searchTexts[language];
  return (
    <div className="pg">
      <span className="sm mut2 num">{counts !== undefined && calls.length > 0 && range(calls, counts, after, texts)}</span>
      <span className="sp" />
      <button type="button" className="btn xs" disabled={after === undefined} onClick={onBefore}>
        <Icon name="left" size={13} />
        {after === undefined || knowsBefore ? texts.previous : texts.first}
      </button>
      <button type="button" className="btn xs" disabled={!hasNext} onClick={onNext}>
        {texts.next}
        <Icon name="right" size={13} />
      </button>
    </div>
  );
}

function range(
  calls: readonly FoundCall[],
  { hits, calls: total, exact }: Counts,
  after: SearchState['after'],
  texts: (typeof searchTexts)[Language],
): string {
  const least = exact ? '' : texts.atLeast;
  const shown = shownOn(calls);
  if (hits === null || shown.hits === 0) {
    const before = after?.calls ?? 0;
    return texts.shownCalls(before + 1, before + shown.calls, least + number(total));
  }
  const before = after?.hits ?? 0;
  return texts.shown(before + 1, before + shown.hits, least + number(hits));
}
