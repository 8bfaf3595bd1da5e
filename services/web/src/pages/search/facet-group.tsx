import { type ReactNode, useId } from 'react';

/** A titled group of the filter panel. */
export function FacetGroup({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  const id = useId();
  return (
    <section className="fgroup" aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      {children}
    </section>
  );
}

export interface FacetRowProps {
  readonly name: string;
  readonly mark?: ReactNode;
  /** Undefined: not known yet. */
  readonly count: number | undefined;
  /** The largest count of the group: its bar is full. */
  readonly most: number;
  /** False: at least so many. */
  readonly exact: boolean;
  readonly ticked: boolean;
  /** Missing: it can be counted and not asked for. */
  readonly onTick?: () => void;
}

const barPixels = 46;

export function FacetRow({ name, mark, count, most, exact, ticked, onTick }: FacetRowProps): ReactNode {
  const bar = count === undefined || count === 0 ? 0 : Math.max(3, Math.round((count / most) * barPixels));
  return (
    <label className={onTick === undefined ? 'fi is-fixed' : 'fi'}>
      <input type="checkbox" checked={ticked} disabled={onTick === undefined} onChange={() => onTick?.()} />
      {mark}
      <span title={name}>{name}</span>
      <i style={{ width: `${bar}px` }} aria-hidden="true" />
      <b className="num">
        {count?.toLocaleString('en-US')}
        {exact || count === undefined || count === 0 ? '' : '+'}
      </b>
    </label>
  );
}
