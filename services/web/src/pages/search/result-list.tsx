import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useCallback, useEffect, useImperativeHandle, useRef, type Ref } from 'react';
import type { Language } from '../../app/language.tsx';
import type { HitPlayer } from './hit-player.ts';
import { ResultRow } from './result-row.tsx';
import type { ResultRow as Row } from './result-rows.ts';
import { searchTexts } from './search-texts.ts';

export interface ResultListHandle {
  /** Brings a row into sight and gives it the focus. */
  goTo(index: number): void;
}

export interface ResultListProps {
  readonly rows: readonly Row[];
  readonly current: number;
  readonly language: Language;
  readonly player: HitPlayer;
  readonly ticked: ReadonlySet<string>;
  readonly busy: boolean;
  readonly stale: boolean;
  readonly linkTo: (callId: string, ms: number) => string;
  readonly onTick: (callId: string) => void;
  readonly onPlay: (row: Row) => void;
  readonly onOpen: (row: Row) => void;
  readonly onCurrent: (row: Row) => void;
  readonly ref?: Ref<ResultListHandle>;
}

const rowHeight = 63;

/** The hits, one a row. Only the rows in sight are drawn, however many there are. */
export function ResultList(props: ResultListProps): ReactNode {
  const { rows, current, language, busy, stale, ref, ...shared } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 6,
  });

  const goTo = useCallback(
    (index: number): void => {
      virtual.scrollToIndex(index, { align: 'auto' });
      requestAnimationFrame(() => {
        const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"] > article`);
        row?.focus({ preventScroll: true });
        row?.scrollIntoView({ block: 'nearest' });
      });
    },
    [virtual],
  );
  useImperativeHandle(ref, () => ({ goTo }), [goTo]);

  // A link that names a row shows that row; later it only moves where keys and clicks move it.
  const shownOnce = useRef(false);
  useEffect(() => {
    if (shownOnce.current || rows.length === 0) return;
    shownOnce.current = true;
    if (current >= 0) virtual.scrollToIndex(current, { align: 'center' });
  }, [rows, current, virtual]);
  // Another page begins at its top.
  const firstKey = rows[0]?.key;
  const before = useRef(firstKey);
  useEffect(() => {
    if (before.current !== undefined && before.current !== firstKey) scroller.current?.scrollTo({ top: 0 });
    before.current = firstKey;
  }, [firstKey]);

  const classes = ['scroll', 'hlist', busy ? 'is-busy' : '', stale ? 'is-stale' : ''].filter(Boolean).join(' ');
  return (
    <div ref={scroller} className={classes} role="list" aria-label={searchTexts[language].results} aria-busy={busy} tabIndex={0}>
      <div role="presentation" style={{ position: 'relative', height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          return (
            <div
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              role="listitem"
              aria-setsize={rows.length}
              aria-posinset={item.index + 1}
              className="hit-place"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <ResultRow
                {...shared}
                row={row}
                language={language}
                current={item.index === current}
                ticked={shared.ticked.has(row.call.callId)}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}
