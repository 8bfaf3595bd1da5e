import { useElementSize } from '@mantine/hooks';
import { Fragment, type ReactNode } from 'react';
import type { Schemas } from '../../api/client.ts';
import { useLanguage, useTexts } from '../../app/language.tsx';
import { texts } from '../../app/texts.ts';
import { count } from '../../format/number.ts';
import type { CriticalClass } from '../../marks/verdict.tsx';
import { Empty } from '../../states/states.tsx';
import { type ControlChart, controlChart, type ControlPoint, leastDays, roundAxis } from './control-limits.ts';
import { shortDay } from './day.ts';
import { todayTexts } from './today-texts.ts';

const classes: readonly CriticalClass[] = ['customer', 'business', 'compliance'];

/** The shape that stands for a class on every chart and in every table head. */
export function ClassShape({
  of,
  x = 6,
  y = 6,
}: {
  readonly of: CriticalClass;
  readonly x?: number;
  readonly y?: number;
}): ReactNode {
  if (of === 'customer') return <rect x={x - 3.5} y={y - 3.5} width="7" height="7" />;
  if (of === 'business') return <path d={`M${x} ${y - 4.5}l4.5 8h-9z`} />;
  return <circle cx={x} cy={y} r="3.8" />;
}

/** Three charts on one scale: calls with an error of a class for 1,000 scored calls, by day, within limits where there are any. */
export function CriticalCharts({ days }: { readonly days: Schemas['CriticalRates']['days'] }): ReactNode {
  const words = useTexts(todayTexts).critical;
  const charts = classes.map((name) => ({
    name,
    chart: controlChart(days.map(({ date, scored, ...found }) => ({ date, scored, found: found[name] }))),
  }));
  if (charts[0]!.chart.scored === 0) return <Empty title={words.none}>{words.noneWhy}</Empty>;
  const { top, steps } = roundAxis(Math.min(1000, Math.max(...charts.map(({ chart }) => highest(chart)))));
  const limited = charts.some(({ chart }) => chart.points.some(({ high }) => high !== undefined));
  return (
    <>
      <div className="pcs">
        {charts.map(({ name, chart }) => (
          <OneChart key={name} name={name} chart={chart} top={top} steps={steps} />
        ))}
      </div>
      {limited ? null : <p className="few sm mut">{words.few(leastDays)}</p>}
    </>
  );
}

/** The limits of a day with few calls reach far up: they are cut off at twice the highest rate, where they say nothing anyway. */
function highest({ points, mean = 0 }: ControlChart): number {
  const most = Math.max(mean, ...points.map(({ rate = 0 }) => rate));
  return Math.max(most * 1.1, Math.min(most * 2, Math.max(...points.map(({ high = 0 }) => high))));
}

const margin = { left: 38, right: 8, top: 8, bottom: 20 };
const rateText = (rate: number): string => (rate >= 100 ? rate.toFixed(0) : rate.toFixed(1));

function OneChart({
  name,
  chart,
  top,
  steps,
}: {
  readonly name: CriticalClass;
  readonly chart: ControlChart;
  readonly top: number;
  readonly steps: readonly number[];
}): ReactNode {
  const words = useTexts(todayTexts).critical;
  const names = useTexts(texts).critical;
  const { language } = useLanguage();
  const { ref, width, height } = useElementSize();
  const { points, mean } = chart;
  const last = points.at(-1)!;
  const rate = last.rate === undefined ? '–' : rateText(last.rate);
  const out = points.filter((point) => point.out).length;
  const plot = {
    width: Math.max(0, width - margin.left - margin.right),
    height: Math.max(0, height - margin.top - margin.bottom),
  };
  const x = (index: number): number => margin.left + (points.length < 2 ? 0 : (index * plot.width) / (points.length - 1));
  const y = (value: number): number => margin.top + plot.height * (1 - Math.min(value, top) / top);
  const right = margin.left + plot.width;
  return (
    <div>
      <div className="pct">
        <svg width="12" height="12" className="end" aria-hidden="true">
          <ClassShape of={name} />
        </svg>
        <span>{names[name]}</span>
        <b className="num">{rate}</b>
        <small className="num mut2">{words.calls(count(last.found), count(last.scored))}</small>
      </div>
      <div className="pc" ref={ref}>
        {width === 0 || plot.height === 0 ? null : (
          <svg width={width} height={height} role="img" aria-label={words.describe(names[name], rate, out)}>
            {bands(points, x, y, plot.width).map((d) => (
              <path key={d} className="bnd" d={d} />
            ))}
            {steps.map((step) => (
              <Fragment key={step}>
                <path className="gd" d={`M${margin.left} ${y(step)}H${right}`} />
                <text x={margin.left - 6} y={y(step) + 4} textAnchor="end">
                  {count(step)}
                </text>
              </Fragment>
            ))}
            {mean === undefined ? null : <path className="mn" d={`M${margin.left} ${y(mean)}H${right}`} />}
            {lines(points, x, y).map((each) => (
              <polyline key={each} points={each} />
            ))}
            {points.map((point, index) =>
              point.rate === undefined ? null : (
                <Point
                  key={point.date}
                  point={point}
                  name={name}
                  x={x(index)}
                  y={y(point.rate)}
                  last={index === points.length - 1}
                  words={words.out}
                  alone={aloneAt(points, index)}
                />
              ),
            )}
            <text x={margin.left} y={height - 5}>
              {shortDay(points[0]!.date, language)}
            </text>
            <text x={right} y={height - 5} textAnchor="end">
              {shortDay(last.date, language)}
            </text>
          </svg>
        )}
      </div>
      <Figures chart={chart} name={names[name]} />
    </div>
  );
}

function Point({
  point,
  name,
  x,
  y,
  last,
  words,
  alone,
}: {
  readonly point: ControlPoint;
  readonly name: CriticalClass;
  readonly x: number;
  readonly y: number;
  readonly last: boolean;
  readonly words: string;
  readonly alone: boolean;
}): ReactNode {
  return (
    <g>
      {last ? (
        <g className="end">
          <ClassShape of={name} x={x} y={y} />
        </g>
      ) : alone ? (
        <circle className="dot" cx={x} cy={y} r="2" />
      ) : null}
      {point.out ? <circle className="out" cx={x} cy={y} r="6.5" /> : null}
      {point.out && !last ? (
        <text className="ot" x={x - 9} y={y - 4} textAnchor="end">
          {words}
        </text>
      ) : null}
    </g>
  );
}

/** A day with calls between days without any has no line to lie on. */
const aloneAt = (points: readonly ControlPoint[], index: number): boolean =>
  points[index - 1]?.rate === undefined && points[index + 1]?.rate === undefined;

/** Stretches of days with calls, each a line. */
function lines(points: readonly ControlPoint[], x: (index: number) => number, y: (value: number) => number): string[] {
  const all: string[] = [];
  let line: string[] = [];
  const end = (): void => {
    if (line.length > 1) all.push(line.join(' '));
    line = [];
  };
  points.forEach(({ rate }, index) => {
    if (rate === undefined) end();
    else line.push(`${x(index).toFixed(1)},${y(rate).toFixed(1)}`);
  });
  end();
  return all;
}

/** The limits as steps, a day wide each: they change with the number of calls of a day. One shape for days that follow each other. */
function bands(
  points: readonly ControlPoint[],
  x: (index: number) => number,
  y: (value: number) => number,
  width: number,
): string[] {
  const half = points.length < 2 ? width / 2 : width / (points.length - 1) / 2;
  const all: string[] = [];
  let upper: string[] = [];
  let lower: string[] = [];
  const end = (): void => {
    if (upper.length > 0) all.push(`M${[...upper, ...lower.toReversed()].join('L')}z`);
    [upper, lower] = [[], []];
  };
  points.forEach(({ low, high }, index) => {
    if (low === undefined || high === undefined) return end();
    for (const at of [Math.max(x(0), x(index) - half), Math.min(x(points.length - 1), x(index) + half)]) {
      upper.push(`${at.toFixed(2)} ${y(high).toFixed(1)}`);
      lower.push(`${at.toFixed(2)} ${y(low).toFixed(1)}`);
    }
  });
  end();
  return all;
}

/** The same figures for those who do not see the chart. */
function Figures({ chart, name }: { readonly chart: ControlChart; readonly name: string }): ReactNode {
  const words = useTexts(todayTexts).critical;
  return (
    <div className="sr">
      <table>
        <caption>{name}</caption>
        <thead>
          <tr>
            <th scope="col">{words.day}</th>
            <th scope="col">{words.scored}</th>
            <th scope="col">{words.found}</th>
            <th scope="col">{words.rate}</th>
            <th scope="col">{words.band}</th>
          </tr>
        </thead>
        <tbody>
          {chart.points
            .filter(({ scored }) => scored > 0)
            .map(({ date, scored, found, rate = 0, low, high, out }) => (
              <tr key={date}>
                <th scope="row">{date}</th>
                <td>{count(scored)}</td>
                <td>{count(found)}</td>
                <td>{rateText(rate)}</td>
                <td>
                  {low === undefined || high === undefined ? '–' : `${rateText(low)}–${rateText(high)}`}
                  {out ? ` ${words.out}` : ''}
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}
