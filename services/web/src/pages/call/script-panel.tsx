import { type ReactNode, useState } from 'react';
import type { Schemas } from '../../api/client.ts';
import { useLanguage, useTexts } from '../../app/language.tsx';
import { callTime } from '../../format/time.ts';
import { Icon } from '../../marks/icons.tsx';
import { Mark, stepMark } from '../../marks/verdict.tsx';
import { callTexts } from './call-texts.ts';
import type { CallPlayer } from './player.ts';
import type { Bilingual, DiffToken, NumberedCriterion, ScriptStep } from './scorecard.ts';

/** The script of a criterion: each step with its state, and word for word what should have been said beside what was. */
export function ScriptPanel({
  player,
  criterion,
  scripted,
  script,
  step: chosen,
  onStep,
  onChoose,
}: {
  readonly player: CallPlayer;
  readonly criterion: NumberedCriterion;
  /** All criteria that have a script, this one among them, with what their scripts are called. */
  readonly scripted: readonly { readonly id: string; readonly name: string }[];
  readonly script: Schemas['RubricOutline']['scripts'][number] | undefined;
  readonly step: string | undefined;
  onStep(id: string): void;
  onChoose(criterionId: string): void;
}): ReactNode {
  const text = useTexts(callTexts);
  const { language } = useLanguage();
  const [opened] = useState(() => firstToLookAt(criterion.script?.steps ?? []));
  const steps = criterion.script?.steps ?? [];
  const current = steps.find(({ id }) => id === (chosen ?? opened)) ?? steps[0];
  const titlesOf = ({ id }: ScriptStep): Bilingual | null | undefined => script?.steps.find((each) => each.id === id)?.title;
  const titleOf = (step: ScriptStep): string => titlesOf(step)?.[language] ?? step.should;
  // A step that has no wording of its own is named by its title, in one of the languages.
  const shouldOf = (step: ScriptStep): string => {
    const titles = titlesOf(step);
    return titles?.zh === step.should || titles?.en === step.should ? titles[language] : step.should;
  };
  return (
    <section className="card scriptc" aria-label={text.script.title}>
      <div className="ph">
        <h2>{text.script.title}</h2>
        {scripted.length < 2 ? null : (
          <select
            className="field rubrics"
            aria-label={text.script.which}
            value={criterion.id}
            onChange={(event) => onChoose(event.currentTarget.value)}
          >
            {scripted.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        )}
        <span className="sm mut sname">
          {[
            ...(scripted.length < 2 ? [script?.title?.[language] ?? criterion.question[language]] : []),
            ...(script === undefined ? [] : [text.script.wording[script.wording]]),
          ].join(' · ')}
        </span>
        <span className="sp" />
        <span className="dl">
          <span className="d-snd">{text.script.legendWord.sounds}</span>
          {text.script.legend.sounds}
        </span>
        <span className="dl">
          <span className="d-chg">{text.script.legendWord.changed}</span>
          {text.script.legend.changed}
        </span>
        <span className="dl">
          <span className="d-omit">{text.script.legendWord.left_out}</span>
          {text.script.legend.left_out}
        </span>
        <span className="dl">
          <span className="d-add">{text.script.legendWord.added}</span>
          {text.script.legend.added}
        </span>
        <span className="sm mut2 nw">
          {text.script.completeness} <b className="num">{(criterion.script?.completeness ?? 0).toFixed(2)}</b>
        </span>
      </div>
      <div className="scb">
        <ol className="steps scroll" aria-label={text.script.steps} tabIndex={0}>
          {steps.map((step, at) => (
            <li key={step.id} className={step === current ? 'on' : ''}>
              <button type="button" aria-pressed={step === current} onClick={() => onStep(step.id)}>
                <Mark of={stepMark[step.state]} size={14} />
                <span>
                  {at + 1} {titleOf(step)}
                </span>
                <em>{text.script.states[step.state]}</em>
              </button>
            </li>
          ))}
        </ol>
        {current === undefined ? null : (
          <StepDiff player={player} step={current} title={titleOf(current)} should={shouldOf(current)} />
        )}
      </div>
    </section>
  );
}

const firstToLookAt = (steps: readonly ScriptStep[]): string | undefined =>
  (
    steps.find(({ state, required }) => required && state !== 'said') ??
    steps.find(({ trouble }) => trouble !== undefined) ??
    steps[0]
  )?.id;

function StepDiff({
  player,
  step,
  title,
  should,
}: {
  readonly player: CallPlayer;
  readonly step: ScriptStep;
  readonly title: string;
  readonly should: string;
}): ReactNode {
  const text = useTexts(callTexts);
  const { language } = useLanguage();
  const [first] = step.evidence;
  const joiner = /\p{Script=Han}/u.test(step.should) ? '' : ' ';
  return (
    <div className="diff scroll" tabIndex={0} role="group" aria-label={title}>
      <div className="dh">
        <Mark of={stepMark[step.state]} size={15} />
        <b>
          {title} · {text.script.states[step.state]}
        </b>
        <span className="mut sm num">{step.completeness.toFixed(2)}</span>
        {step.required ? null : <span className="tag">{text.script.optional}</span>}
      </div>
      <div className="dcol">
        <div>
          <small>{text.script.should}</small>
          <p>{step.tokens.length === 0 ? should : <Side tokens={step.tokens} side="should" joiner={joiner} />}</p>
        </div>
        <div>
          <small>
            {text.script.said}
            {first === undefined ? null : (
              <button
                type="button"
                className="ev"
                onClick={() => player.playStretch({ key: `step:${step.id}`, startMs: first.startMs, endMs: first.endMs })}
              >
                <span className="tm num">
                  <Icon name="play" size={11} />
                  {callTime(first.startMs)}
                </span>
              </button>
            )}
          </small>
          <p>
            {first === undefined ? (
              <span className="mut">{text.script.nothingSaid}</span>
            ) : step.tokens.length === 0 ? (
              first.text
            ) : (
              <Side tokens={step.tokens} side="said" joiner={joiner} />
            )}
          </p>
        </div>
      </div>
      {step.answer === undefined ? null : (
        <div className="dn sm">
          <Icon name="person" size={14} />
          {text.script.answer}: {text.script.answers[step.answer.heard as keyof typeof text.script.answers] ?? step.answer.heard}
          {step.answer.evidence[0] === undefined ? null : (
            <span className="num"> {callTime(step.answer.evidence[0].startMs)}</span>
          )}
        </div>
      )}
      {step.trouble === undefined ? null : (
        <div className="dn sm">
          <Icon name="clock" size={14} />
          {step.trouble[language]}
        </div>
      )}
    </div>
  );
}

const tokenClass: Readonly<Record<DiffToken['kind'], string>> = {
  same: 'd-same',
  sounds: 'd-snd',
  changed: 'd-chg',
  left_out: 'd-omit',
  added: 'd-add',
};

/** One side of the comparison; what the other side has alone is a dashed gap on this one. */
function Side({
  tokens,
  side,
  joiner,
}: {
  readonly tokens: readonly DiffToken[];
  readonly side: 'should' | 'said';
  readonly joiner: string;
}): ReactNode {
  const text = useTexts(callTexts);
  return runsOf(tokens, side, joiner).map(({ kind, words }, at) =>
    words === undefined ? (
      kind === 'left_out' ? (
        <span key={at} className="d-gap" title={text.script.legend.left_out}>
          –
        </span>
      ) : null
    ) : (
      <span key={at}>
        <span className={tokenClass[kind]} title={kind === 'same' ? undefined : text.script.legend[kind]}>
          {words}
        </span>
        {joiner}
      </span>
    ),
  );
}

interface TokenRun {
  readonly kind: DiffToken['kind'];
  readonly words: string | undefined;
}

/** Neighbours of one kind become one run. */
export function runsOf(tokens: readonly DiffToken[], side: 'should' | 'said', joiner: string): TokenRun[] {
  const runs: { kind: DiffToken['kind']; words: string | undefined }[] = [];
  for (const token of tokens) {
    const words = token[side];
    const last = runs.at(-1);
    if (last !== undefined && last.kind === token.kind && (last.words === undefined) === (words === undefined)) {
      if (words !== undefined) last.words = `${last.words ?? ''}${joiner}${words}`;
    } else runs.push({ kind: token.kind, words });
  }
  return runs;
}
