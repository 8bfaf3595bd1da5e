import { canonicalJson, sha256, type BilingualText } from '../services/kernel/index.ts';
import { checkExpressions, type ExpressionReader } from './rubric-expressions.ts';
import type { CriterionFile, RubricFile, ScriptFile } from './rubric-file.ts';
import { nearest, pathText, type RubricProblem } from './rubric-problem.ts';
import { shapeRubric } from './rubric-shape.ts';
import type { Criterion, JudgeTask, Rubric, RubricLanguage, Script, ScriptStep, Section } from './rubric.ts';
import { metadataFields } from './fits-call.ts';
import { perPoint, type ScorePolicy } from './score.ts';
import { sharedLists as builtIn } from './shared-lists.ts';
import { type Path, YamlSource } from './yaml-source.ts';

export interface ReadRubricOptions {
  /** Lists beside the rubric's own; those that come with the product where nothing is given. */
  readonly sharedLists?: Readonly<Record<string, readonly string[]>>;
}

export type ReadRubric = { readonly rubric: Rubric } | { readonly errors: readonly RubricProblem[] };

const longest = 1_000_000;

/**
 * Reads a rubric from YAML. Gives the rubric, or every problem with its line and column (from 1; columns in code points),
 * in the order of the file.
 */
export function readRubric(yamlText: string, options: ReadRubricOptions = {}): ReadRubric {
  if (yamlText.length > longest) {
    const text = { zh: '评分表最大 1 MB', en: 'a rubric is at most 1 MB long' };
    return { errors: [{ line: 1, column: 1, path: '', text }] };
  }
  const source = new YamlSource(yamlText);
  if (source.problems.length > 0) return { errors: source.problems.map((problem) => ({ ...problem, path: '' })) };
  const shaped = shapeRubric(source);
  const problems = [...shaped.problems];
  const say: Say = (path, text, at = 'value') => {
    const origin = shaped.origin(path);
    if (shaped.cut(origin)) return;
    const place =
      at === 'key'
        ? source.keyPlace(origin)
        : typeof at === 'object'
          ? source.placeInside(origin, at.line, at.column)
          : source.place(origin);
    problems.push({ ...place, path: pathText(origin), text });
  };
  if (shaped.file === undefined) return { errors: inOrder(problems) };
  const reader = checkExpressions(shaped.file, options.sharedLists ?? builtIn, say);
  checkMeaning(shaped.file, say);
  if (problems.length > 0) return { errors: inOrder(problems) };
  return { rubric: toRubric(shaped.file, reader) };
}

/** Says what is wrong at a path: at its value, at its key, or at a line and column inside its text. */
export type Say = (
  path: Path,
  text: BilingualText,
  at?: 'value' | 'key' | { readonly line: number; readonly column: number },
) => void;

/** SHA-256 over what a rubric means: its own parts and the shared lists that it uses. How the file was laid out does not matter. */
export function rubricHash(rubric: Rubric): string {
  const known = hashes.get(rubric);
  if (known !== undefined) return known;
  const hash = sha256(canonicalJson(rubric));
  hashes.set(rubric, hash);
  return hash;
}

/** A rubric that was read never changes. */
const hashes = new WeakMap<Rubric, string>();

function inOrder(problems: readonly RubricProblem[]): readonly RubricProblem[] {
  return [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
}

// --- what the parts mean together ---

function checkMeaning(file: RubricFile, say: Say): void {
  checkScore(file, say);
  checkFor(file, say);
  const sections = new Set<string>();
  const criteria = new Set<string>();
  const scripts = Object.keys(file.scripts ?? {});
  for (const [index, section] of file.sections.entries()) {
    const path: Path = ['sections', index];
    if (sections.has(section.id)) say([...path, 'id'], twice);
    sections.add(section.id);
    const counted = section.criteria.some((each) => (each.points ?? 0) > 0 && each.bonus !== true);
    for (const [at, criterion] of section.criteria.entries()) {
      const here: Path = [...path, 'criteria', at];
      if (criteria.has(criterion.id)) say([...here, 'id'], twice);
      criteria.add(criterion.id);
      checkCriterion(criterion, here, say, scripts, counted || file.score?.method === 'points', file.score?.critical_sets);
    }
    if (!counted && file.score?.method !== 'points' && section.criteria.some(({ bonus }) => bonus === true)) {
      say(path, {
        zh: '这一部分只有加分项，没有可得的分，加分永远不会计入：加一个普通评分项，或把加分项移到别的部分',
        en: 'this section has bonus points alone and nothing that is possible, so they would never count: add a criterion with points, or move them',
      });
    }
  }
  for (const [name, script] of Object.entries(file.scripts ?? {})) checkScript(script, ['scripts', name], say);
}

const twice: BilingualText = { zh: '这个名称已经用过', en: 'this name is taken already' };

function checkScore(file: RubricFile, say: Say): void {
  const score = file.score ?? {};
  const points = score.method === 'points';
  for (const field of ['start', 'floor', 'ceiling'] as const) {
    if (score[field] !== undefined && !points)
      say(['score', field], { zh: `只有 method: points 才用 ${field}`, en: `${field} is for method: points alone` }, 'key');
  }
  const { start, floor, ceiling } = pointLimits(score);
  if (points && !(floor <= start && start <= ceiling))
    say(['score'], { zh: '起始分要在下限和上限之间', en: 'start must lie between floor and ceiling' });
  const froms = Object.values(score.bands ?? {});
  if (new Set(froms).size !== froms.length)
    say(['score', 'bands'], { zh: '两个等级的起点相同', en: 'two bands begin at the same percentage' });
  const weighted = file.sections.filter(({ weight }) => weight !== undefined).length;
  for (const [index, section] of file.sections.entries()) {
    const path: Path = ['sections', index, 'weight'];
    if (points && section.weight !== undefined)
      say(path, { zh: 'method: points 不用权重', en: 'weights are not used with method: points' }, 'key');
    if (section.weight === 0) say(path, { zh: '权重要大于 0', en: 'a weight is above 0' });
    if (!points && section.weight === undefined && weighted > 0)
      say(path, { zh: '其他部分写了权重，这一部分也要写', en: 'other sections have a weight: this one needs one too' });
  }
}

function checkFor(file: RubricFile, say: Say): void {
  for (const field of Object.keys(file.for ?? {})) {
    if (metadataFields.includes(field)) continue;
    const near = nearest(field, metadataFields);
    say(
      ['for', field],
      {
        zh: `通话没有 ${field} 这个字段${near === undefined ? '' : `，是不是要写 ${near}？`}`,
        en: `calls have no field ${field}${near === undefined ? '' : `; did you mean ${near}?`}`,
      },
      'key',
    );
  }
}

function checkCriterion(
  each: CriterionFile,
  path: Path,
  say: Say,
  scripts: readonly string[],
  sectionCounts: boolean,
  criticalSets: 'call' | 'section' | undefined,
): void {
  const has = (field: keyof CriterionFile): boolean => each[field] !== undefined && each[field] !== false;
  const refuse = (field: keyof CriterionFile, zh: string, en: string): void => say([...path, field], { zh, en }, 'key');
  if (!((each.points ?? 0) > 0) && !has('critical'))
    say(path, { zh: '评分项要有分值（points），或者是致命项（critical）', en: 'a criterion needs points, or is critical' });
  if (!(['met_when', 'unmet_when', 'script', 'judge', 'people_only'] as const).some(has))
    say(path, {
      zh: '没有写怎样判定：要有 met_when、unmet_when、script、judge 或 people_only',
      en: 'nothing says how this is decided: give met_when, unmet_when, script, judge or people_only',
    });
  if (has('people_only')) {
    for (const field of [
      'met_when',
      'unmet_when',
      'script',
      'judge',
      'must_come_before',
      'applies_when',
      'deduct_per_hit',
    ] as const)
      if (has(field))
        refuse(
          field,
          `people_only 的评分项只由人判定，不能再有 ${field}`,
          `people_only is decided by people: ${field} would never be read`,
        );
    return;
  }
  if (has('met_when') && has('script')) refuse('met_when', 'met_when 和 script 只能写一个', 'give met_when or script, not both');
  if (has('deduct_per_hit') && !has('unmet_when'))
    refuse(
      'deduct_per_hit',
      'deduct_per_hit 按 unmet_when 的每次命中扣分，这里没有 unmet_when',
      'deduct_per_hit takes points for each hit of unmet_when, which is missing',
    );
  if (each.deduct_per_hit === 0) refuse('deduct_per_hit', '每次扣分要大于 0', 'what is taken for each hit is above 0');
  if (has('must_come_before') && !has('met_when') && !has('script'))
    refuse(
      'must_come_before',
      'must_come_before 要和 met_when 或 script 一起用',
      'must_come_before goes with met_when or script',
    );
  if (has('bonus') && !((each.points ?? 0) > 0)) refuse('bonus', '加分项要有分值', 'a bonus needs points');
  if (has('critical_sets') && !has('critical'))
    refuse('critical_sets', '只有致命项才用 critical_sets', 'critical_sets is for critical criteria alone');
  if (has('critical') && (each.critical_sets ?? criticalSets) === 'section' && !sectionCounts)
    refuse(
      'critical',
      '致命项要清零这一部分，但这一部分没有可得的分',
      'this would set a section to zero in which nothing is possible',
    );
  if (each.script !== undefined && !scripts.includes(each.script)) {
    const near = nearest(each.script, scripts);
    say([...path, 'script'], {
      zh: `没有这个话术${near === undefined ? '' : `，是不是要写 ${near}？`}`,
      en: `there is no such script${near === undefined ? '' : `; did you mean ${near}?`}`,
    });
  }
}

function checkScript(script: ScriptFile, path: Path, say: Say): void {
  const steps = new Set<string>();
  for (const [index, step] of script.steps.entries()) {
    const here: Path = [...path, 'steps', index];
    if (steps.has(step.id)) say([...here, 'id'], twice);
    steps.add(step.id);
    const wordings = variantsOf(step.say);
    if (wordings.zh.length === 0 && wordings.en.length === 0 && (step.say !== undefined || step.heard_when === undefined))
      say([...here, 'say'], {
        zh: '至少写一种语言的话术（say），或写 heard_when',
        en: 'give the words in at least one language (say), or heard_when',
      });
    if (step.heard_when !== undefined && (script.wording ?? 'meaning') === 'verbatim')
      say(
        [...here, 'heard_when'],
        {
          zh: '逐字话术（verbatim）只按字句衡量，不用 heard_when',
          en: 'a verbatim script is measured by its words alone: heard_when is not used',
        },
        'key',
      );
    if (step.customer_answers !== undefined && step.speaker === 'customer')
      say(
        [...here, 'customer_answers'],
        { zh: '客户自己说的步骤没有客户的回答', en: 'a step that the customer says has no answer of the customer' },
        'key',
      );
  }
}

// --- from the file to the rubric ---

function toRubric(file: RubricFile, reader: ExpressionReader): Rubric {
  const languages = file.languages ?? ['zh', 'en'];
  return {
    id: file.rubric,
    title: bilingual(file.title) ?? { zh: file.rubric, en: file.rubric },
    languages: (['zh', 'en'] as const).filter((each) => languages.includes(each)),
    for: Object.fromEntries(
      Object.entries(file.for ?? {}).map(([field, globs]) => [field, typeof globs === 'string' ? [globs] : globs]),
    ),
    order: file.order ?? 100,
    score: policyOf(file),
    lists: reader.usedLists(),
    sections: file.sections.map((section, index) => toSection(file, section, index, reader)),
    scripts: Object.fromEntries(
      Object.entries(file.scripts ?? {}).map(([name, script]) => [name, toScript(name, script, reader)]),
    ),
  };
}

function policyOf(file: RubricFile): ScorePolicy {
  const score = file.score ?? {};
  const bands = Object.entries(score.bands ?? {})
    .map(([name, from]) => ({ name, from }))
    .sort((a, b) => b.from - a.from);
  const shared = { pass: score.pass, bands };
  if (score.method !== 'points') return { method: 'share', ...shared };
  const { start, floor, ceiling } = pointLimits(score);
  return { method: 'points', start: whole(start), floor: whole(floor), ceiling: whole(ceiling), ...shared };
}

function pointLimits(score: NonNullable<RubricFile['score']>): { start: number; floor: number; ceiling: number } {
  const ceiling = score.ceiling ?? 100;
  return { start: score.start ?? ceiling, floor: score.floor ?? 0, ceiling };
}

const whole = (value: number): number => Math.round(value * perPoint);

function toSection(file: RubricFile, section: RubricFile['sections'][number], index: number, reader: ExpressionReader): Section {
  return {
    id: section.id,
    title: bilingual(section.title) ?? { zh: section.id, en: section.id },
    weight: whole(section.weight ?? 1),
    criteria: section.criteria.map((each, at) =>
      toCriterion(file, section.id, each, ['sections', index, 'criteria', at], reader),
    ),
  };
}

function toCriterion(file: RubricFile, section: string, each: CriterionFile, path: Path, reader: ExpressionReader): Criterion {
  const critical = each.critical;
  return {
    id: each.id,
    section,
    question: bilingual(each.question),
    points: whole(each.points ?? 0),
    bonus: each.bonus ?? false,
    critical:
      critical === undefined ? undefined : { class: critical, sets: each.critical_sets ?? file.score?.critical_sets ?? 'call' },
    appliesWhen: reader.read([...path, 'applies_when']),
    metWhen: reader.read([...path, 'met_when']),
    unmetWhen: reader.read([...path, 'unmet_when']),
    deductPerHit: each.deduct_per_hit === undefined ? undefined : whole(each.deduct_per_hit),
    script: each.script,
    mustComeBefore: reader.read([...path, 'must_come_before']),
    judge: judgeOf(each.judge),
    peopleOnly: each.people_only ?? false,
  };
}

function judgeOf(judge: CriterionFile['judge']): JudgeTask | undefined {
  if (judge === undefined) return undefined;
  return { question: judge.question, lookFor: judge.look_for, notApplicableWhen: judge.not_applicable_when };
}

function toScript(name: string, script: ScriptFile, reader: ExpressionReader): Script {
  return {
    id: name,
    title: bilingual(script.title),
    wording: script.wording ?? 'meaning',
    inOrder: script.order !== 'any',
    whenIncomplete: script.when_incomplete ?? 'unmet',
    steps: script.steps.map((step, index): ScriptStep => ({
      id: step.id,
      title: bilingual(step.title),
      say: variantsOf(step.say),
      heardWhen: reader.read(['scripts', name, 'steps', index, 'heard_when']),
      speaker: step.speaker ?? 'agent',
      required: step.optional !== true,
      customerAnswers: step.customer_answers,
      withinMs: step.within === undefined ? undefined : durationOf(step.within),
    })),
  };
}

function durationOf(text: string): number {
  const value = Number.parseFloat(text);
  return Math.round(value * (/min|分钟/.test(text) ? 60_000 : 1000));
}

const han = /\p{Script=Han}/u;

/** A text without a language is taken for the language in which it is written. */
function variantsOf(say: ScriptFile['steps'][number]['say']): Record<RubricLanguage, readonly string[]> {
  const list = (value: string | readonly string[] | undefined): readonly string[] =>
    value === undefined ? [] : typeof value === 'string' ? [value] : value;
  if (typeof say === 'object' && !Array.isArray(say)) return { zh: list(say.zh), en: list(say.en) };
  const all = list(say);
  return { zh: all.filter((each) => han.test(each)), en: all.filter((each) => !han.test(each)) };
}

function bilingual(title: RubricFile['title']): BilingualText | undefined {
  if (title === undefined) return undefined;
  if (typeof title === 'string') return { zh: title, en: title };
  const text = title.zh ?? title.en;
  return text === undefined ? undefined : { zh: title.zh ?? text, en: title.en ?? text };
}
