import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Schemas } from '../../api/client.ts';
import { useTexts } from '../../app/language.tsx';
import { texts } from '../../app/texts.ts';
import { count, score } from '../../format/number.ts';
import type { CriticalClass } from '../../marks/verdict.tsx';
import { Empty } from '../../states/states.tsx';
import { ClassShape } from './critical-charts.tsx';
import { todayTexts } from './today-texts.ts';

type Team = Schemas['Teams']['teams'][number];
type Figures = Schemas['Teams']['all'];

const classes: readonly CriticalClass[] = ['customer', 'business', 'compliance'];

/** Scores and critical errors by team: small lines on one scale, bars on one scale, totals that equal the flow. */
export function TeamsTable({
  date,
  day,
  week,
}: {
  readonly date: string;
  readonly day: Schemas['Teams'];
  /** The seven days that end with this one. */
  readonly week: Schemas['Teams'] | undefined;
}): ReactNode {
  const words = useTexts(todayTexts).teams;
  const names = useTexts(texts).critical;
  if (day.teams.length === 0) return <Empty title={words.none}>{words.noneWhy}</Empty>;
  const scale = meanScale(week?.teams ?? []);
  const most = Math.max(1, ...day.teams.flatMap(({ critical }) => classes.map((name) => critical[name])));
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{words.title}</th>
          <th scope="col" className="r">
            {words.people}
          </th>
          <th scope="col" className="r">
            {words.scored}
          </th>
          <th scope="col" className="r">
            {words.mean}
          </th>
          <th scope="col">{words.days}</th>
          {classes.map((name) => (
            <th key={name} scope="col">
              <svg width="12" height="12" className="end" aria-hidden="true">
                <ClassShape of={name} />
              </svg>{' '}
              {names[name]}
            </th>
          ))}
          <th scope="col" className="r">
            {words.review}
          </th>
        </tr>
      </thead>
      <tbody>
        {day.teams.map((team) => (
          <tr key={team.team ?? ''}>
            <td>
              {team.team === null ? (
                words.noTeam
              ) : (
                <Link to="/search" search={{ f: { from: date, to: date, teams: [team.team] } }}>
                  {team.team}
                </Link>
              )}
            </td>
            <Counts figures={team} />
            <td>
              <Trend days={week?.teams.find((each) => each.team === team.team)?.days ?? []} from={week?.from} scale={scale} />
            </td>
            {classes.map((name) => (
              <td key={name}>
                <Bar value={team.critical[name]} most={most} high={isHigh(team, day.all, name)} />
              </td>
            ))}
            <td className="r num">{count(team.needsReview)}</td>
          </tr>
        ))}
        <tr className="sumr">
          <td>{words.all}</td>
          <Counts figures={day.all} />
          <td />
          {classes.map((name) => (
            <td key={name}>
              <span className="bn">
                <b className="num">{count(day.all.critical[name])}</b>
              </span>
            </td>
          ))}
          <td className="r num">{count(day.all.needsReview)}</td>
        </tr>
      </tbody>
    </table>
  );
}

function Counts({ figures }: { readonly figures: Figures | Team }): ReactNode {
  return (
    <>
      <td className="r num">{count(figures.people)}</td>
      <td className="r num">{count(figures.scored)}</td>
      <td className="r num">
        <b>{score(figures.mean)}</b>
      </td>
    </>
  );
}

/** Above what chance allows at three standard deviations, when all teams made such errors alike. */
function isHigh(team: Team, all: Figures, name: CriticalClass): boolean {
  if (all.scored === 0 || team.scored === 0) return false;
  const share = all.critical[name] / all.scored;
  const limit = share + 3 * Math.sqrt((share * (1 - share)) / team.scored);
  return team.critical[name] > 1 && team.critical[name] / team.scored > limit;
}

function Bar({ value, most, high }: { readonly value: number; readonly most: number; readonly high: boolean }): ReactNode {
  const words = useTexts(todayTexts).teams;
  return (
    <span className="bn">
      <b className="num">{count(value)}</b>
      {value === 0 ? null : <i className={high ? 'hot' : undefined} style={{ width: Math.max(3, (value / most) * 56) }} />}
      {high ? <small>{words.outOf}</small> : null}
    </span>
  );
}

interface Scale {
  readonly low: number;
  readonly high: number;
}

/** One scale for every small line, in tens. */
function meanScale(teams: readonly Team[]): Scale {
  const means = teams.flatMap(({ days }) => days.map(({ mean }) => mean)).filter((mean) => mean !== null);
  const low = Math.floor(Math.min(100, ...means) / 10) * 10;
  return { low: Math.min(low, 90), high: 100 };
}

const line = { width: 96, height: 28, pad: 4 };

function Trend({
  days,
  from,
  scale,
}: {
  readonly days: Figures['days'];
  readonly from: string | undefined;
  readonly scale: Scale;
}): ReactNode {
  const words = useTexts(todayTexts).teams;
  if (from === undefined) return null;
  const first = Date.parse(`${from}T00:00:00Z`);
  const points = days
    .filter(({ mean }) => mean !== null)
    .map(({ date, mean }) => ({
      x: line.pad + ((Date.parse(`${date}T00:00:00Z`) - first) / 86_400_000 / 6) * (line.width - 2 * line.pad),
      y: line.height - line.pad - (((mean ?? 0) - scale.low) / (scale.high - scale.low)) * (line.height - 2 * line.pad),
    }));
  const end = points.at(-1);
  if (end === undefined) return null;
  return (
    <svg
      width={line.width}
      height={line.height}
      className="spk"
      role="img"
      aria-label={words.trend(days.map(({ mean }) => score(mean)).join(', '))}
    >
      {points.length > 1 ? <polyline points={points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')} /> : null}
      <circle cx={end.x} cy={end.y} r="2.6" />
    </svg>
  );
}
