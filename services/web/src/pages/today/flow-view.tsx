import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useLanguage, useTexts } from '../../app/language.tsx';
import { count, share } from '../../format/number.ts';
import { age } from '../../format/time.ts';
import { Icon } from '../../marks/icons.tsx';
import { Mark } from '../../marks/verdict.tsx';
import { type Flow, flowLayout, type FlowLayout, type FlowNode, type FlowNodeName, printedSums } from './flow-layout.ts';
import { todayTexts } from './today-texts.ts';

const width = 1320;
const bar = 10;

/** Whether the sums hold, and each of them with its numbers. */
export function FlowSums({ flow }: { readonly flow: Flow }): ReactNode {
  const words = useTexts(todayTexts).flow;
  const { language } = useLanguage();
  const sums = printedSums(flow, count);
  const hold = sums.every(({ holds }) => holds);
  return (
    <>
      <span className={hold ? 'okq' : 'okq no'}>
        <Mark of={hold ? 'met' : 'unmet'} size={14} />
        {hold ? words.adds : words.fails}
      </span>
      <span className="eqs num">
        {sums.map(({ text, holds, words: said }) => (
          <span key={said.en} className={holds ? undefined : 'no'} title={said[language]}>
            {holds ? null : <Mark of="unmet" size={12} />}
            {text}
          </span>
        ))}
      </span>
    </>
  );
}

/** What does not add up, in words, above the drawing that shows it. */
export function FlowGaps({ flow, date }: { readonly flow: Flow; readonly date: string }): ReactNode {
  const words = useTexts(todayTexts).flow;
  const { language } = useLanguage();
  const failing = printedSums(flow, count).filter(({ holds }) => !holds);
  if (failing.length === 0) return null;
  return (
    <div className="gaps" role="alert">
      {failing.map(({ text, gap, words: said }) => (
        <p key={text}>{words.off(count(Math.abs(gap)), said[language])}</p>
      ))}
      <Link className="btn xs" to="/operations" search={{ date }}>
        {words.look}
      </Link>
    </div>
  );
}

/** The drawing: nodes and ribbons to one scale, and over it the names, counts and shares, each a link to what it counts. */
export function FlowDrawing({ flow, date }: { readonly flow: Flow; readonly date: string }): ReactNode {
  const layout = flowLayout(flow);
  const { columns, nodes, ribbons, height } = layout;
  const left = (column: number): number => columns[column]! * width;
  return (
    <div className="flow" style={{ height }}>
      <svg width="100%" height={height} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        {ribbons.map((ribbon) => (
          <path key={ribbon.to} className={`rb ${ribbon.to}`} d={pathOf(ribbon, left)} />
        ))}
        {nodes.map(({ name, column, y, height: tall }) => (
          <rect key={name} className={`nd ${name}`} x={left(column)} y={y} width={bar} height={tall} rx="1" />
        ))}
      </svg>
      {nodes.map((node) => (
        <Label key={node.name} node={node} layout={layout} flow={flow} date={date} />
      ))}
    </div>
  );
}

function pathOf(
  { column, fromY, fromHeight, toY, toHeight }: FlowLayout['ribbons'][number],
  left: (column: number) => number,
): string {
  const start = left(column - 1) + bar;
  const end = left(column);
  const turn = Math.max(start, end - 150);
  const middle = (turn + end) / 2;
  const [top, bottom] = [fromY + fromHeight, toY + toHeight];
  return (
    `M${start} ${fromY}H${turn}C${middle} ${fromY} ${middle} ${toY} ${end} ${toY}` +
    `V${bottom}C${middle} ${bottom} ${middle} ${top} ${turn} ${top}H${start}z`
  );
}

const bad: ReadonlySet<FlowNodeName> = new Set(['failed', 'refused', 'conflicts']);

function Label(props: {
  readonly node: FlowNode;
  readonly layout: FlowLayout;
  readonly flow: Flow;
  readonly date: string;
}): ReactNode {
  const { node, layout, flow, date } = props;
  const { nodes: names } = useTexts(todayTexts).flow;
  const { name, main } = node;
  const style = {
    left: `calc(${layout.columns[node.column]! * 100}% + 20px)`,
    top: main ? 10 : node.y + node.height / 2 - 11,
  };
  const note = <Note {...props} />;
  if (main)
    return (
      <Going to={name} date={date} className={`fl big ${name}`} style={style}>
        <span>{names[name]}</span>
        <b className="num">{count(node.count)}</b>
        {note}
      </Going>
    );
  return (
    <Going to={name} date={date} className={`fl ${name}`} style={style}>
      {name === 'missing' ? <Icon name="warning" size={15} /> : null}
      {name === 'needsReview' ? <Mark of="needs_review" size={14} /> : null}
      {bad.has(name) && (name === 'failed' || flow[name as 'refused' | 'conflicts'] > 0) ? <Mark of="unmet" size={14} /> : null}
      <span>{names[name]}</span>
      <b className="num">{count(node.count)}</b>
      {note}
    </Going>
  );
}

function Note({ node, flow }: { readonly node: FlowNode; readonly flow: Flow }): ReactNode {
  const words = useTexts(todayTexts).flow;
  const { language } = useLanguage();
  const { name, main, count: of, share: part } = node;
  const text = (): string | undefined => {
    if (name === 'received') {
      if (flow.expected === null || flow.arrived === null) return undefined;
      const others = flow.received - flow.arrived;
      return others > 0 ? words.unannounced(count(others)) : share(flow.arrived, flow.expected, 2);
    }
    if (name === 'waiting' && flow.calls.oldestWaitingMs !== null) return words.oldest(age(flow.calls.oldestWaitingMs, language));
    if (name === 'failed') {
      const again = flow.failedBy.reduce((sum, { replayable }) => sum + replayable, 0);
      return again > 0 ? words.replayable(count(again)) : flow.failedBy[0]?.text[language];
    }
    if (part === undefined || of === 0) return undefined;
    return main || name === 'needsReview' ? `${(part * 100).toFixed(1)}%` : undefined;
  };
  const said = text();
  return said === undefined ? null : <small className="num">{said}</small>;
}

/** To what a node counts: calls in the search, files and what went wrong on the operations page. */
function Going({
  to,
  date,
  ...rest
}: {
  readonly to: FlowNodeName;
  readonly date: string;
  readonly className: string;
  readonly style: { left: string; top: number };
  readonly children: ReactNode;
}): ReactNode {
  const days = { from: date, to: date };
  switch (to) {
    case 'expected':
    case 'missing':
    case 'failed':
      return <Link to="/operations" search={{ date }} hash="reconciliation" {...rest} />;
    case 'received':
    case 'duplicates':
    case 'conflicts':
    case 'refused':
    case 'erasedFiles':
      return <Link to="/operations" search={{ date, files: filesOf[to] }} hash="files" {...rest} />;
    case 'calls':
    case 'noRubric':
      return <Link to="/search" search={{ f: days }} {...rest} />;
    case 'waiting':
      return <Link to="/search" search={{ f: { ...days, states: ['received'] } }} {...rest} />;
    case 'transcribed':
      return <Link to="/search" search={{ f: { ...days, states: ['transcribed'] } }} {...rest} />;
    case 'erased':
      return <Link to="/search" search={{ f: { ...days, states: ['erased'] } }} {...rest} />;
    case 'scored':
      return <Link to="/search" search={{ f: { ...days, states: ['scored'] } }} {...rest} />;
    case 'final':
      return <Link to="/search" search={{ f: { ...days, states: ['scored'], needsReview: false } }} {...rest} />;
    case 'needsReview':
      return <Link to="/search" search={{ f: { ...days, needsReview: true } }} {...rest} />;
  }
}

const filesOf = {
  received: undefined,
  duplicates: 'duplicate',
  conflicts: 'conflict',
  refused: 'refused',
  erasedFiles: 'erased',
} as const;
