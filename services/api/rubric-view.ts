import type { z } from 'zod';
import { askedText, type Criterion, perPoint, type Rubric } from '../../scoring/index.ts';
import type { rubricOutlineSchema } from './rubric-schemas.ts';

export type RubricOutline = z.input<typeof rubricOutlineSchema>;

/** A rubric as people read it: sections and criteria with their numbers, scripts with their steps. */
export function rubricOutline(rubric: Rubric): RubricOutline {
  return {
    sections: rubric.sections.map(({ id, title, weight, criteria }, section) => ({
      id,
      title: { ...title },
      weight: weight / perPoint,
      criteria: criteria.map((criterion, place) => criterionView(rubric, criterion, `${section + 1}.${place + 1}`)),
    })),
    scripts: Object.values(rubric.scripts).map(({ id, title, wording, steps }) => ({
      id,
      title: title === undefined ? null : { ...title },
      wording,
      steps: steps.map((step) => ({
        id: step.id,
        title: step.title === undefined ? null : { ...step.title },
        required: step.required,
      })),
    })),
    for: Object.fromEntries(Object.entries(rubric.for).map(([field, globs]) => [field, [...globs]])),
    languages: [...rubric.languages],
    method: rubric.score.method,
    pass: rubric.score.pass ?? null,
    bands: rubric.score.bands.map(({ name, from }) => ({ name, from })),
  };
}

function criterionView(
  rubric: Rubric,
  criterion: Criterion,
  number: string,
): RubricOutline['sections'][number]['criteria'][number] {
  const { id, points, bonus, critical, judge, peopleOnly, script } = criterion;
  return {
    id,
    number,
    question: { ...askedText(criterion, rubric) },
    points: points / perPoint,
    ...(critical === undefined ? {} : { critical: critical.class }),
    ...(bonus ? { bonus: true as const } : {}),
    ...(peopleOnly ? { peopleOnly: true as const } : {}),
    ...(judge === undefined ? {} : { judged: true as const }),
    ...(script === undefined ? {} : { script }),
  };
}
