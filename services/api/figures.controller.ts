import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags, ApiUnprocessableEntityResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { dayBounds } from '../../ingest/index.ts';
import { criticalRatesSchema, daysQuerySchema, flowSchema, sourcesSchema, teamsSchema } from './figure-schemas.ts';
import { type Flow, flowOf } from './flow.ts';
import { Needs } from './guard.ts';
import { Costs } from './rate-limit.ts';
import type { ApiDeps, DayRange, TeamFigures } from './ports.ts';
import { problemSchema, validationProblem } from './problem.ts';
import { API_DEPS } from './tokens.ts';

type Days = z.output<typeof daysQuerySchema>;

const dayMs = 86_400_000;

@ApiTags('figures')
@Controller('api/v1')
export class FiguresController {
  readonly #deps: ApiDeps;
  constructor(@Inject(API_DEPS) deps: ApiDeps) {
    this.#deps = deps;
  }

  @Get('flow')
  @Costs('heavy')
  @Needs('list', 'figures')
  @ApiOkResponse({ standardSchema: flowSchema, description: 'What arrived of some days, what became of it, and the sums.' })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema })
  async flow(@Query({ schema: daysQuerySchema }) query: Days): Promise<Flow> {
    const { days, range } = this.#days(query);
    const now = this.#deps.clock.now();
    return flowOf(await this.#deps.figures.flow(range, now), days, now);
  }

  @Get('teams')
  @Costs('heavy')
  @Needs('list', 'figures')
  @ApiOkResponse({ standardSchema: teamsSchema, description: 'Scores and critical errors by team, of headline scorecards.' })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema })
  async teams(@Query({ schema: daysQuerySchema }) query: Days): Promise<z.input<typeof teamsSchema>> {
    const { days, range } = this.#days(query);
    const rows = await this.#deps.figures.teams(range);
    const all = rows.find((row) => row.all);
    return {
      ...days,
      teams: rows.filter((row) => !row.all).map((row) => ({ team: row.team ?? null, ...figuresOf(row) })),
      all: all === undefined ? nothing() : figuresOf(all),
    };
  }

  @Get('critical-rates')
  @Costs('heavy')
  @Needs('list', 'figures')
  @ApiOkResponse({
    standardSchema: criticalRatesSchema,
    description: 'For each day the scored calls, and those with at least one critical error of a class.',
  })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema })
  async criticalRates(@Query({ schema: daysQuerySchema }) query: Days): Promise<z.input<typeof criticalRatesSchema>> {
    const { days, range } = this.#days(query);
    const found = new Map((await this.#deps.figures.criticalRates(range)).map((day) => [day.date, day]));
    const every: z.input<typeof criticalRatesSchema>['days'] = [];
    for (let at = range.from; at < range.to; at += dayMs) {
      const date = dateOf(at, range.offsetMs);
      every.push({ ...(found.get(date) ?? { date, scored: 0, customer: 0, business: 0, compliance: 0 }) });
    }
    return { ...days, days: every };
  }

  @Get('sources')
  @Costs('heavy')
  @Needs('list', 'figures')
  @ApiOkResponse({ standardSchema: sourcesSchema, description: 'Where recordings come from, and what became of them.' })
  async sources(): Promise<z.input<typeof sourcesSchema>> {
    return { sources: (await this.#deps.figures.sources()).map((each) => ({ ...each })) };
  }

  #days({ from, to }: Days): { days: { from: string; to: string }; range: DayRange } {
    const { zoneOffset } = this.#deps.settings;
    const utc = Date.parse('1970-01-01T00:00:00Z');
    const offsetMs = utc - Date.parse(`1970-01-01T00:00:00${zoneOffset}`);
    const first = from ?? to ?? dateOf(this.#deps.clock.now(), offsetMs);
    const last = to ?? first;
    const [start, end] = [dayBounds(first, zoneOffset), dayBounds(last, zoneOffset)];
    if (start === undefined || end === undefined)
      throw validationProblem([{ path: [start === undefined ? 'from' : 'to'], message: 'there is no such day' }]);
    return { days: { from: first, to: last }, range: { from: start.from, to: end.to, offsetMs } };
  }
}

const dateOf = (at: number, offsetMs: number): string => new Date(at + offsetMs).toISOString().slice(0, 10);

const percent = (tenths: number | undefined): number | null => (tenths === undefined ? null : tenths / 10);

type TeamView = z.input<typeof teamsSchema>['all'];

const figuresOf = ({ people, scored, meanTenths, days, critical, needsReview }: TeamFigures): TeamView => ({
  people,
  scored,
  mean: percent(meanTenths),
  days: days.map(({ date, meanTenths: mean, scored: of }) => ({ date, mean: percent(mean), scored: of })),
  critical: { ...critical },
  needsReview,
});

const nothing = (): TeamView => ({
  people: 0,
  scored: 0,
  mean: null,
  days: [],
  critical: { customer: 0, business: 0, compliance: 0 },
  needsReview: 0,
});
