import type { ReactNode } from 'react';
import { useLanguage, useTexts } from '../../app/language.tsx';
import { count } from '../../format/number.ts';
import { age } from '../../format/time.ts';
import { Icon } from '../../marks/icons.tsx';
import { Mark } from '../../marks/verdict.tsx';
import type { Health } from './health.ts';
import { type OperationsTexts, operationsTexts } from './operations-texts.ts';

/** Whether the product works and takes recordings: shape, word and colour. */
export function HealthChips({ health }: { readonly health: Health }): ReactNode {
  const words = useTexts(operationsTexts);
  return (
    <>
      <span className={`chip ${health.ready ? 'v-met' : 'v-unmet'}`}>
        <Mark of={health.ready ? 'met' : 'unmet'} />
        {health.ready ? words.ready : words.notReady}
      </span>
      <span className={`chip ${health.accepting ? 'v-met' : 'v-review'}`}>
        <Mark of={health.accepting ? 'met' : 'needs_review'} />
        {health.accepting ? words.accepting : words.notAccepting}
      </span>
    </>
  );
}

/** Why it does not work, or what it waits for; one sentence when all is well. */
export function HealthReasons({ health }: { readonly health: Health }): ReactNode {
  const words = useTexts(operationsTexts);
  const { language } = useLanguage();
  const waiting = health.stages.flatMap(({ stage, circuit }) =>
    circuit === null
      ? []
      : [
          {
            text: words.reasons.waits(stageName(words, stage), dependencyName(words, circuit.dependency)),
            since: words.stages.since(age(Date.now() - circuit.since, language)),
          },
        ],
  );
  // What the stages wait for is said from their own circuits, with its age.
  const others = health.reasons.filter((reason) => !/^\S+ waits for \S+\.$/.test(reason)).map((reason) => inWords(words, reason));
  if (waiting.length + others.length === 0)
    return (
      <p className="well">
        <Mark of="met" size={14} />
        {words.wellWhy}
      </p>
    );
  return (
    <ul className="reasons">
      {others.map((text) => (
        <li key={text}>
          <Icon name="warning" size={15} />
          <span>{text}</span>
        </li>
      ))}
      {waiting.map(({ text, since }) => (
        <li key={text}>
          <Icon name="clock" size={15} />
          <span>
            {text} <small className="mut num">{since}</small>
          </span>
        </li>
      ))}
    </ul>
  );
}

export function StagesTable({ health }: { readonly health: Health }): ReactNode {
  const words = useTexts(operationsTexts);
  const { language } = useLanguage();
  const { stages: text } = words;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{text.stage}</th>
          <th scope="col" className="r">
            {text.ready}
          </th>
          <th scope="col" className="r">
            {text.working}
          </th>
          <th scope="col" className="r">
            {text.waiting}
          </th>
          <th scope="col" className="r">
            {text.oldest}
          </th>
          <th scope="col">{text.waitsFor}</th>
        </tr>
      </thead>
      <tbody>
        {health.stages.map(({ stage, ready, working, waiting, oldestReadyMs, circuit }) => (
          <tr key={stage}>
            <td className="b">{stageName(words, stage)}</td>
            <td className="r num">{count(ready)}</td>
            <td className="r num">{count(working)}</td>
            <td className="r num">{count(waiting)}</td>
            <td className="r num">{oldestReadyMs === null ? '–' : age(oldestReadyMs, language)}</td>
            <td>
              {circuit === null ? (
                <span className="mut">{text.nothing}</span>
              ) : (
                <span className="waits">
                  <Icon name="clock" size={14} />
                  {dependencyName(words, circuit.dependency)}
                  <small className="num">{text.since(age(Date.now() - circuit.since, language))}</small>
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export const stageName = (words: OperationsTexts, stage: string): string => words.stages.names[stage] ?? stage;
const dependencyName = (words: OperationsTexts, dependency: string): string => words.dependency[dependency] ?? dependency;

/** The server's sentences, in the page's language; one that is not known stays as it came. */
function inWords({ reasons }: OperationsTexts, reason: string): string {
  if (reason.startsWith('The product starts')) return reasons.starting;
  if (reason.startsWith('The database does not')) return reasons.database;
  if (reason.startsWith('The free space of')) return reasons.diskUnknown;
  const disk = /^Only ([\d,.]+) MiB are free .* there are ([\d,.]+) MiB and ([\d.]+) %\.$/.exec(reason);
  return disk === null ? reason : reasons.disk(disk[1]!, disk[2]!, disk[3]!);
}
