import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiCreatedResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiResponse,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { criteriaOf, readRubric, rubricHash, type RubricProblem } from '../../scoring/index.ts';
import { answerTagged } from './entity-tag.ts';
import { Needs } from './guard.ts';
import { Idempotent } from './idempotency.ts';
import { Costs } from './rate-limit.ts';
import type { ApiDeps } from './ports.ts';
import { ApiProblem, notFound, problemSchema } from './problem.ts';
import {
  backfillSchema,
  publishedRubricSchema,
  rubricCheckSchema,
  rubricHistorySchema,
  rubricIdSchema,
  rubricListSchema,
  rubricTextSchema,
  rubricTrialResultSchema,
  rubricTrialSchema,
  rubricVersionSchema,
  rubricVersionViewSchema,
} from './rubric-schemas.ts';
import { rubricOutline } from './rubric-view.ts';
import { API_DEPS } from './tokens.ts';

@ApiTags('rubrics')
@Controller('api/v1/rubrics')
export class RubricsController {
  readonly #deps: ApiDeps;
  constructor(@Inject(API_DEPS) deps: ApiDeps) {
    this.#deps = deps;
  }

  @Get()
  @Needs('list', 'rubrics')
  @ApiOkResponse({ standardSchema: rubricListSchema, description: 'What calls are scored by now, by order.' })
  async list(): Promise<z.input<typeof rubricListSchema>> {
    const current = await this.#deps.rubrics.current();
    return {
      rubrics: current.map(({ rubricId, version, hash, rubric }) => ({
        id: rubricId,
        version: String(version),
        hash,
        title: { ...rubric.title },
        criteria: criteriaOf(rubric).length,
        order: rubric.order,
      })),
    };
  }

  @Post()
  @Costs('heavy')
  @Idempotent()
  @HttpCode(201)
  @Needs('operate', 'rubrics')
  @ApiCreatedResponse({
    standardSchema: publishedRubricSchema,
    description: 'Frozen as the next version; the same text again gives its old version.',
  })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema })
  async publish(
    @Body({ schema: rubricTextSchema }) { yaml }: z.output<typeof rubricTextSchema>,
  ): Promise<z.input<typeof publishedRubricSchema>> {
    const result = await this.#deps.publishRubric(yaml);
    if ('errors' in result) throw notReadable(result.errors);
    return result;
  }

  @Post('backfill')
  @Costs('heavy')
  @Idempotent()
  @HttpCode(202)
  @Needs('operate', 'rubrics')
  @ApiAcceptedResponse({
    standardSchema: backfillSchema,
    description: 'The published rubrics are applied to the past, behind new calls.',
  })
  async backfill(): Promise<z.input<typeof backfillSchema>> {
    return { calls: await this.#deps.backfill() };
  }

  @Post('check')
  @Costs('typing')
  @HttpCode(200)
  @Needs('read', 'rubrics')
  @ApiOkResponse({ standardSchema: rubricCheckSchema, description: 'Every error at its line, or what the rubric is.' })
  check(@Body({ schema: rubricTextSchema }) { yaml }: z.output<typeof rubricTextSchema>): z.input<typeof rubricCheckSchema> {
    const result = readRubric(yaml);
    if ('errors' in result)
      return {
        ok: false,
        errors: result.errors.map(({ line, column, path, text }) => ({ line, column, path, text: { ...text } })),
      };
    const { rubric } = result;
    return {
      ok: true,
      errors: [],
      id: rubric.id,
      hash: rubricHash(rubric),
      title: { ...rubric.title },
      rubric: rubricOutline(rubric),
    };
  }

  @Post('try')
  @Costs('heavy')
  @HttpCode(200)
  @Needs('read', 'scorecard')
  @ApiOkResponse({
    standardSchema: rubricTrialResultSchema,
    description: 'What a draft says of a call, without a judge and without what people decided. Nothing is kept.',
  })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema })
  async try(
    @Body({ schema: rubricTrialSchema }) { yaml, callId }: z.output<typeof rubricTrialSchema>,
  ): Promise<z.input<typeof rubricTrialResultSchema>> {
    const result = await this.#deps.rubrics.tryOn(yaml, callId);
    if ('missing' in result) throw notFound(result.missing === 'call' ? 'call' : 'transcript yet');
    if ('errors' in result) throw notReadable(result.errors);
    return result;
  }

  @Get(':rubricId')
  @Needs('read', 'rubrics')
  @ApiOkResponse({ standardSchema: rubricHistorySchema, description: 'Every version that was published, the newest first.' })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  async history(@Param('rubricId', { schema: rubricIdSchema }) rubricId: string): Promise<z.input<typeof rubricHistorySchema>> {
    const versions = await this.#deps.rubrics.versions(rubricId);
    const newest = versions.find(({ current }) => current) ?? versions[0];
    const published = newest === undefined ? undefined : await this.#deps.rubrics.version(rubricId, newest.version);
    if (published === undefined) throw notFound('rubric');
    return { id: rubricId, title: { ...published.rubric.title }, versions: [...versions] };
  }

  @Get(':rubricId/versions/:version')
  @Needs('read', 'rubrics')
  @ApiOkResponse({ standardSchema: rubricVersionViewSchema, description: 'The file as it was published, and its outline.' })
  @ApiResponse({ status: 304, description: 'As it was under the ETag of If-None-Match.' })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  async version(
    @Param('rubricId', { schema: rubricIdSchema }) rubricId: string,
    @Param('version', { schema: rubricVersionSchema }) wanted: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.input<typeof rubricVersionViewSchema> | undefined> {
    const published = await this.#published(rubricId, wanted);
    if (published === undefined) throw notFound('version of a rubric');
    const { version, hash, yaml, rubric } = published;
    const view = { id: rubricId, version, hash, title: { ...rubric.title }, yaml, rubric: rubricOutline(rubric) };
    return answerTagged(request, reply, view, version);
  }

  async #published(rubricId: string, wanted: string): ReturnType<ApiDeps['rubrics']['version']> {
    if (wanted !== 'current') return this.#deps.rubrics.version(rubricId, Number(wanted));
    return (await this.#deps.rubrics.current()).find((each) => each.rubricId === rubricId);
  }
}

function notReadable(errors: readonly RubricProblem[]): ApiProblem {
  return new ApiProblem(422, 'rubric-not-valid', 'The rubric has errors.', {
    errors: errors
      .slice(0, 100)
      .map(({ line, column, text }) => ({ path: `${line}:${column}`, message: text.en, text: { ...text } })),
  });
}
