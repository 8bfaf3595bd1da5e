import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiCreatedResponse, ApiOkResponse, ApiTags, ApiUnprocessableEntityResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { Needs } from './guard.ts';
import type { ApiDeps } from './ports.ts';
import { ApiProblem, problemSchema } from './problem.ts';
import { rubricListSchema } from './schemas.ts';
import { API_DEPS } from './tokens.ts';

const newRubricSchema = z.strictObject({ yaml: z.string().min(1).max(500_000) }).meta({ id: 'NewRubric' });
const publishedSchema = z.object({ rubricId: z.string(), version: z.int(), hash: z.string() }).meta({ id: 'PublishedRubric' });
const backfillSchema = z.object({ calls: z.int() }).meta({ id: 'Backfill' });

@ApiTags('rubrics')
@Controller('api/v1/rubrics')
export class RubricsController {
  readonly #deps: ApiDeps;
  constructor(@Inject(API_DEPS) deps: ApiDeps) {
    this.#deps = deps;
  }

  @Get()
  @Needs('list', 'rubrics')
  @ApiOkResponse({ standardSchema: rubricListSchema })
  async list(): Promise<z.input<typeof rubricListSchema>> {
    return { rubrics: [...(await this.#deps.rubrics())] };
  }

  @Post()
  @HttpCode(201)
  @Needs('operate', 'rubrics')
  @ApiCreatedResponse({
    standardSchema: publishedSchema,
    description: 'Frozen as the next version; the same text again gives its old version.',
  })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema })
  async publish(
    @Body({ schema: newRubricSchema }) { yaml }: z.output<typeof newRubricSchema>,
  ): Promise<z.input<typeof publishedSchema>> {
    const result = await this.#deps.publishRubric(yaml);
    if ('errors' in result)
      throw new ApiProblem(422, 'rubric-not-valid', 'The rubric has errors.', {
        errors: result.errors.map(({ line, column, text }) => ({ path: `${line}:${column}`, message: text.en })),
      });
    return result;
  }

  @Post('backfill')
  @HttpCode(202)
  @Needs('operate', 'rubrics')
  @ApiAcceptedResponse({
    standardSchema: backfillSchema,
    description: 'The published rubrics are applied to the past, behind new calls.',
  })
  async backfill(): Promise<z.input<typeof backfillSchema>> {
    return { calls: await this.#deps.backfill() };
  }
}
