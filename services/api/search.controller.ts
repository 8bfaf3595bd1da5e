import { Readable } from 'node:stream';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiProduces, ApiTags, ApiUnprocessableEntityResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { exportCalls, findInCall, type SearchExport, searchFacets } from '../../search/index.ts';
import { transcriptSchema } from '../../transcribe/index.ts';
import { wholeBytes } from '../kernel/index.ts';
import { Needs } from './guard.ts';
import { Costs } from './rate-limit.ts';
import { readablePhrase } from './phrase-check.ts';
import type { ApiDeps } from './ports.ts';
import { ApiProblem, notFound, problemSchema } from './problem.ts';
import { answerSearch, askedOf } from './search-answer.ts';
import {
  countIdSchema,
  exportRequestSchema,
  facetsRequestSchema,
  facetsSchema,
  findQuerySchema,
  findSchema,
  searchCountSchema,
  searchRequestSchema,
  searchResultSchema,
} from './search-schemas.ts';
import { callView, csvHead, csvLines, facetsView, hitView, zoneOffsetMs } from './search-view.ts';
import { API_DEPS } from './tokens.ts';

/** Exports read every call of a search: so many at a time leave room for everybody else. */
const exportsAtOnce = 2;

/** Calls by what was said in them and what is known of them. */
@ApiTags('search')
@Controller('api/v1/search')
export class SearchController {
  readonly #deps: ApiDeps;
  #exporting = 0;
  constructor(@Inject(API_DEPS) deps: ApiDeps) {
    this.#deps = deps;
  }

  @Post()
  @Costs('typing')
  @HttpCode(200)
  @Needs('read', 'search')
  @ApiOkResponse({ standardSchema: searchResultSchema, description: 'A page of calls with their hits as sentences.' })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema })
  async search(
    @Body({ schema: searchRequestSchema }) request: z.output<typeof searchRequestSchema>,
  ): Promise<z.input<typeof searchResultSchema>> {
    return answerSearch(this.#deps, request);
  }

  @Get('counts/:id')
  @Needs('read', 'search')
  @ApiOkResponse({ standardSchema: searchCountSchema, description: 'How far the count of a search has come.' })
  @ApiNotFoundResponse({ standardSchema: problemSchema, description: 'Not known any more: search again.' })
  counts(@Param({ schema: countIdSchema }) { id }: z.output<typeof countIdSchema>): z.input<typeof searchCountSchema> {
    const counted = this.#deps.searchCounts.get(id);
    if (counted === undefined) throw notFound('count any more');
    return counted;
  }

  @Post('facets')
  @Costs('typing')
  @HttpCode(200)
  @Needs('read', 'search')
  @ApiOkResponse({ standardSchema: facetsSchema, description: 'How the calls of a search spread over what is known of them.' })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema })
  async facets(
    @Body({ schema: facetsRequestSchema }) request: z.output<typeof facetsRequestSchema>,
  ): Promise<z.input<typeof facetsSchema>> {
    const { exact, facets } = await searchFacets(this.#deps.search, askedOf(request, this.#deps.settings), {
      zoneOffsetMs: zoneOffsetMs(this.#deps.settings.zoneOffset),
    });
    return facetsView(facets, exact, await this.#deps.rubrics.current(), request.filters.criterion);
  }

  @Post('export')
  @Costs('heavy')
  @HttpCode(200)
  @Needs('read', 'search-export')
  @ApiProduces('text/csv', 'application/jsonl')
  @ApiOkResponse({ description: 'Every call of the search in its order. CSV: a line a hit; JSONL: a line a call.' })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema })
  async export(
    @Body({ schema: exportRequestSchema }) request: z.output<typeof exportRequestSchema>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { sort, format, callIds } = request;
    const asked = { ...askedOf(request, this.#deps.settings), sort, callIds };
    if (this.#exporting >= exportsAtOnce)
      throw new ApiProblem(429, 'too-many-exports', 'Other exports are under way; try again when they are done.', {
        headers: { 'retry-after': '10' },
      });
    await reply
      .header('content-type', format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/jsonl; charset=utf-8')
      .header('content-disposition', `attachment; filename="plumbline-search.${format}"`)
      .header('cache-control', 'no-store')
      .send(Readable.from(this.#exported(asked, format)));
  }

  async *#exported(asked: SearchExport, format: 'csv' | 'jsonl'): AsyncGenerator<string> {
    this.#exporting += 1;
    try {
      if (format === 'csv') yield csvHead();
      for await (const call of exportCalls(this.#deps.search, asked))
        yield format === 'csv' ? csvLines(call, this.#deps.settings.zoneOffset) : `${JSON.stringify(callView(call))}\n`;
    } finally {
      this.#exporting -= 1;
    }
  }

  @Get('find')
  @Costs('typing')
  @Needs('read', 'search')
  @ApiOkResponse({ standardSchema: findSchema, description: 'What an expression finds in one call, and what came near.' })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema })
  async find(
    @Query({ schema: findQuerySchema }) { call, expression }: z.output<typeof findQuerySchema>,
  ): Promise<z.input<typeof findSchema>> {
    readablePhrase(expression);
    const current = await this.#deps.currentTranscript(call);
    const content = current === undefined ? undefined : await this.#deps.objects.read(current.object);
    if (content === undefined) throw notFound('transcript');
    const transcript = transcriptSchema.parse(JSON.parse((await wholeBytes(content)).toString('utf8')));
    const { value, hits, nearMisses } = findInCall(this.#deps.search.lists, transcript, expression);
    return { value, hits: hits.map(hitView), nearMisses: nearMisses.map(hitView) };
  }
}
