import { z } from 'zod';
import { dayBounds } from '../../ingest/index.ts';
import { askedText, criticalClasses, type PublishedRubric } from '../../scoring/index.ts';
import {
  type CallFacts,
  type FacetCounts,
  type FoundCall,
  type SearchCursor,
  type SearchFilters,
  type SearchResult,
  type SearchSort,
  type SentenceHit,
} from '../../search/index.ts';
import { validationProblem } from './problem.ts';
import type { callFactsSchema, facetsSchema, filtersSchema, searchHitSchema, searchResultSchema } from './search-schemas.ts';

type Filters = z.output<typeof filtersSchema>;

/** Filters as people give them, in the centre's days and per cents, as moments and tenths. */
export function filtersOf({ from, to, minScore, maxScore, ...others }: Filters, zoneOffset: string): SearchFilters {
  return {
    ...others,
    from: from === undefined ? undefined : dayBounds(from, zoneOffset)?.from,
    to: to === undefined ? undefined : dayBounds(to, zoneOffset)?.to,
    minScore: minScore === undefined ? undefined : Math.ceil(minScore * 10 - 1e-9),
    maxScore: maxScore === undefined ? undefined : Math.floor(maxScore * 10 + 1e-9),
  };
}

/** What is added to UTC to get the centre's clock, in milliseconds. */
export const zoneOffsetMs = (zoneOffset: string): number =>
  Date.parse('1970-01-01T00:00:00Z') - Date.parse(`1970-01-01T00:00:00${zoneOffset}`);

const percent = (tenths: number | null): number | null => (tenths === null ? null : tenths / 10);

export function factsView(facts: CallFacts): z.input<typeof callFactsSchema> {
  const { at: _at, score, critical, ...others } = facts;
  return {
    ...others,
    critical: { ...critical },
    score:
      score === null ? null : { ...score, percent: percent(score.percent), low: percent(score.low), high: percent(score.high) },
  };
}

export const hitView = ({ marks, score, why, ...others }: SentenceHit): z.input<typeof searchHitSchema> => ({
  ...others,
  marks: marks.map((mark) => [...mark]),
  score: score / 1000,
  why: why === null ? null : { zh: why.zh, en: why.en },
});

export function callView({
  facts,
  value,
  hits,
  hitCount,
  verdict,
}: FoundCall): z.input<typeof searchResultSchema>['calls'][number] {
  return {
    call: { ...factsView(facts), ...(verdict === undefined ? {} : { verdict }) },
    value,
    hits: hits.map(hitView),
    hitCount,
  };
}

export function resultView({ calls, counts }: SearchResult): Pick<z.input<typeof searchResultSchema>, 'calls' | 'counts'> {
  return { calls: calls.map(callView), counts: { ...counts } };
}

export function facetsView(
  facets: FacetCounts,
  exact: boolean,
  rubrics: readonly PublishedRubric[],
  criterion: Filters['criterion'],
): z.input<typeof facetsSchema> {
  const asked =
    criterion === undefined
      ? []
      : facets.criteria.filter(
          ({ rubricId, criterionId }) =>
            criterionId === criterion.criterionId && (criterion.rubricId === undefined || rubricId === criterion.rubricId),
        );
  return {
    ...facets,
    exact,
    date: [...facets.date],
    team: [...facets.team],
    agent: [...facets.agent],
    queue: [...facets.queue],
    direction: [...facets.direction],
    product: [...facets.product],
    language: [...facets.language],
    source: [...facets.source],
    score: facets.score.map(({ from, to, count }) => ({ from: from / 10, to: to / 10, count })),
    critical: [...criticalClasses, 'none' as const].map((value) => ({ value, count: facets.critical[value] })),
    ...(criterion === undefined
      ? {}
      : {
          verdict: (['met', 'unmet', 'not_applicable', 'needs_review'] as const).map((verdict) => ({
            verdict,
            count: asked.reduce((sum, { verdicts }) => sum + verdicts[verdict], 0),
          })),
        }),
    criteria: facets.criteria.map(({ rubricId, criterionId, verdicts }) => ({
      rubricId,
      criterionId,
      question: questionOf(rubrics, rubricId, criterionId),
      unmet: verdicts.unmet,
      needsReview: verdicts.needs_review,
      met: verdicts.met,
      notApplicable: verdicts.not_applicable,
    })),
  };
}

/** Null for a criterion that the current version of the rubric no longer has. */
function questionOf(
  rubrics: readonly PublishedRubric[],
  rubricId: string,
  criterionId: string,
): { zh: string; en: string } | null {
  const rubric = rubrics.find((each) => each.rubricId === rubricId)?.rubric;
  const criterion = rubric?.sections.flatMap(({ criteria }) => criteria).find(({ id }) => id === criterionId);
  if (rubric === undefined || criterion === undefined) return null;
  const { zh, en } = askedText(criterion, rubric);
  return { zh, en };
}

const cursorSchema = z.tuple([
  z.string(),
  z.int32().nullable(),
  z.int(),
  z.string().regex(/^[0-9a-f]{32}$/),
  z.tuple([z.int32(), z.int32()]).optional(),
]);

/** The place in an order, opaque to whoever carries it to the next page. */
export function cursorText(sort: SearchSort, { key, rank }: SearchCursor): string {
  const parts = [sort, key.value, key.at, key.callId, ...(rank === undefined ? [] : [rank])];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

export function readCursorText(sort: SearchSort, text: string): SearchCursor {
  try {
    const [ofSort, value, at, callId, rank] = cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    if (ofSort === sort) return { key: { value, at, callId }, ...(rank === undefined ? {} : { rank }) };
  } catch {
    // Said below, without what was in it.
  }
  throw validationProblem([{ path: ['after'], message: 'this is no place in a search of this order' }]);
}

const csvColumns = [
  ...[
    'callId',
    'startedAt',
    'title',
    'name',
    'team',
    'agentId',
    'agentName',
    'queue',
    'direction',
    'product',
    'language',
    'durationMs',
  ],
  ...[
    'score',
    'provisional',
    'criticalCustomer',
    'criticalBusiness',
    'criticalCompliance',
    'needsReview',
    'verdict',
    'value',
    'hits',
  ],
  ...['speaker', 'startMs', 'endMs', 'sentence', 'matched', 'hitScore', 'possible'],
] as const;

/** One line a hit, a call without hits has one line: as spreadsheets read it, with a byte order mark. */
export function csvHead(): string {
  return `\ufeff${csvLine(csvColumns)}`;
}

export function csvLines({ facts, value, hits, hitCount, verdict }: FoundCall, zoneOffset: string): string {
  const call = [
    ...[
      facts.callId,
      zonedTime(facts.startedAt, zoneOffset),
      facts.title,
      facts.name,
      facts.team,
      facts.agentId,
      facts.agentName,
    ],
    ...[facts.queue, facts.direction, facts.product, facts.language, facts.durationMs, percent(facts.score?.percent ?? null)],
    ...[facts.score === null ? null : facts.score.provisional, facts.critical.customer, facts.critical.business],
    ...[facts.critical.compliance, facts.needsReview, verdict ?? null, value, hitCount],
  ];
  if (hits.length === 0) return csvLine([...call, null, null, null, null, null, null, null]);
  return hits
    .map(({ speaker, startMs, endMs, sentence, marks, score, possible }) =>
      csvLine([
        ...call,
        ...[
          speaker,
          startMs,
          endMs,
          sentence,
          marks.map(([from, to]) => sentence.slice(from, to)).join(' … '),
          score / 1000,
          possible,
        ],
      ]),
    )
    .join('');
}

/** `2026-10-12T10:04:31+08:00`, on the centre's clock. */
function zonedTime(at: number | null, zoneOffset: string): string | null {
  if (at === null) return null;
  return new Date(at + zoneOffsetMs(zoneOffset)).toISOString().slice(0, 19) + zoneOffset;
}

function csvLine(values: readonly (string | number | boolean | null)[]): string {
  return `${values.map(csvCell).join(',')}\r\n`;
}

/** RFC 4180; what a spreadsheet would take for a formula is text: it begins with an apostrophe. */
function csvCell(value: string | number | boolean | null): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const safe = /^[\s]*[=+\-@\t\r]/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
