import { compileRules, type Hit, preparedOf, type RuleResult, type RuleSet, type Tree } from '../phrases/index.ts';
import type { Transcript } from '../transcribe/index.ts';
import { languagesOf } from './call-languages.ts';
import type { Situation } from './decide.ts';
import { nearMissOf, type Heard, type Reading } from './reading.ts';
import { listensForWords, type Plans, planOf, readPlans, type Wanted } from './rule-plan.ts';
import { criteriaOf, type Criterion, type Expression, type Rubric } from './rubric.ts';
import { readScript } from './script.ts';
import type { Searched } from './verdict.ts';

type Field = 'appliesWhen' | 'metWhen' | 'unmetWhen' | 'mustComeBefore';
const fields: Readonly<Record<Field, Wanted>> = {
  appliesWhen: 'noticed',
  metWhen: 'said',
  unmetWhen: 'not_said',
  mustComeBefore: 'noticed',
};

interface CompiledRubric {
  readonly rules: RuleSet;
  /** By criterion and field, or by step of a script. */
  readonly plans: ReadonlyMap<string, Plans>;
}

/** What every criterion of a rubric hears in one call. */
export interface Listened {
  /** From the first to the last word of a person. */
  readonly whole: Searched;
  of(criterion: Criterion): Pick<Situation, 'applies' | 'met' | 'unmet' | 'mustComeBefore' | 'script' | 'worded'>;
}

const compiled = new WeakMap<Rubric, CompiledRubric>();

/** Matches all expressions of a rubric against a transcript, in one pass over a form of it that is prepared once. */
export function listen(rubric: Rubric, transcript: Transcript): Listened {
  const { rules, plans } = compiledOf(rubric);
  const prepared = preparedOf(transcript);
  const results = new Map(rules.match(prepared).map((result) => [result.id, toReading(result)]));
  const languages = languagesOf(transcript);
  const leaf = (rule: string): Reading => {
    const reading = results.get(rule);
    if (reading === undefined) throw new Error(`no result for rule ${rule}`);
    return reading;
  };
  const spoken = languages.filter((language) => rubric.languages.includes(language));
  const whole = wholeOf(transcript);
  return {
    whole,
    of: (criterion) => {
      let worded = spoken.length > 0 || !hasWording(criterion);
      const read = (field: Field): Reading | undefined => {
        const own = plans.get(`${criterion.id}/${field}`);
        if (own === undefined) return undefined;
        const reading = readPlans(own, spoken, fields[field], leaf);
        if (reading === undefined) worded = false;
        return reading;
      };
      const [applies, met, unmet, mustComeBefore] = [
        read('appliesWhen'),
        read('metWhen'),
        read('unmetWhen'),
        read('mustComeBefore'),
      ];
      const script = criterion.script === undefined ? undefined : rubric.scripts[criterion.script];
      const heardWhen = (step: string): Reading | undefined => {
        const own = plans.get(`script/${criterion.script}/${step}`);
        return own === undefined ? undefined : readPlans(own, spoken, 'said', leaf);
      };
      return {
        applies,
        met,
        unmet,
        mustComeBefore,
        script:
          script === undefined ? undefined : readScript(script, { prepared, transcript, languages: spoken, whole, heardWhen }),
        worded,
      };
    },
  };
}

function compiledOf(rubric: Rubric): CompiledRubric {
  const known = compiled.get(rubric);
  if (known !== undefined) return known;
  const rules: { id: string; expression: Tree }[] = [];
  const add = (tree: Tree): string => {
    const id = `r${rules.length}`;
    rules.push({ id, expression: tree });
    return id;
  };
  const plans = new Map<string, Plans>();
  const plan = (name: string, expression: Expression | undefined): void => {
    if (expression !== undefined) plans.set(name, planOf(expression, add));
  };
  for (const criterion of criteriaOf(rubric)) {
    for (const field of Object.keys(fields) as Field[]) plan(`${criterion.id}/${field}`, criterion[field]);
  }
  for (const script of Object.values(rubric.scripts)) {
    for (const step of script.steps) plan(`script/${script.id}/${step.id}`, step.heardWhen);
  }
  const made = { rules: compileRules(rules, { lists: rubric.lists }), plans };
  compiled.set(rubric, made);
  return made;
}

function hasWording({ appliesWhen, metWhen, unmetWhen, mustComeBefore, script }: Criterion): boolean {
  const expressions = [appliesWhen, metWhen, unmetWhen, mustComeBefore].filter((each) => each !== undefined);
  const wordings = expressions.flatMap((each) =>
    'any' in each ? [each.any] : [each.zh, each.en].filter((one) => one !== undefined),
  );
  return script !== undefined || wordings.some(({ tree }) => listensForWords(tree));
}

function wholeOf({ turns, durationMs }: Transcript): Searched {
  const people = turns.filter(({ speaker }) => speaker !== 'system');
  if (people.length === 0) return { speaker: 'anyone', startMs: 0, endMs: durationMs };
  return {
    speaker: 'anyone',
    startMs: Math.min(...people.map(({ startMs }) => startMs)),
    endMs: Math.max(...people.map(({ endMs }) => endMs)),
  };
}

function toReading(result: RuleResult): Reading {
  const { value, searched, unintelligible } = result;
  const sure = result.hits.map(toHeard);
  const possible = result.possible.map(toHeard);
  return {
    value,
    sure: value === 'no' ? [] : sure,
    possible: value === 'no' ? [] : possible,
    against: [],
    nearMisses: result.nearMisses.map((hit) => nearMissOf(toHeard(hit), hit.why.text)),
    searched,
    onlyUnintelligible:
      value === 'perhaps' && unintelligible.length > 0 && result.possible.every(({ why }) => why.code === 'unintelligible'),
    unintelligible: unintelligible.map(({ startMs, endMs, speaker }) => ({
      speaker: speaker === 'agent' || speaker === 'customer' ? speaker : 'anyone',
      startMs,
      endMs,
    })),
  };
}

export function toHeard(hit: Hit): Heard {
  const { turnId, speaker, startMs, endMs, text, setting, why } = hit;
  return {
    turnId: turnId ?? null,
    speaker,
    startMs,
    endMs,
    text,
    score: hit.score / 1000,
    setting,
    why: why.text,
    ...(why.code === 'measure' ? { measured: { meter: why.meter, value: why.value } } : {}),
  };
}
