import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOkResponse, ApiTags, ApiUnprocessableEntityResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { searchCalls, searchFacets } from '../../search/index.ts';
import { Needs } from './guard.ts';
import { readablePhrase } from './phrase-check.ts';
import type { ApiDeps } from './ports.ts';
import { problemSchema } from './problem.ts';
import { facetsRequestSchema, facetsSchema, searchRequestSchema, searchResultSchema } from './search-schemas.ts';
import { cursorText, facetsView, filtersOf, readCursorText, resultView, zoneOffsetMs } from './search-view.ts';
import { API_DEPS } from './tokens.ts';

/** Calls by what was said in them and what is known of them. */
@ApiTags('search')
@Controller('api/v1')
export class SearchController {
  readonly #deps: ApiDeps;
  constructor(@Inject(API_DEPS) deps: ApiDeps) {
    this.#deps = deps;
  }

  @Post('search')
  @HttpCode(200)
  @Needs('read', 'search')
  @ApiOkResponse({ standardSchema: searchResultSchema, description: 'A page of calls with their hits as sentences.' })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema })
  async search(
    @Body({ schema: searchRequestSchema }) request: z.output<typeof searchRequestSchema>,
  ): Promise<z.input<typeof searchResultSchema>> {
    const started = performance.now();
    const { sort, limit, after } = request;
    const result = await searchCalls(this.#deps.search, {
      ...this.#asked(request),
      sort,
      limit,
      after: after === undefined ? undefined : readCursorText(sort, after),
    });
    return {
      ...resultView(result),
      next: result.next === undefined ? null : cursorText(sort, result.next),
      countId: null,
      tookMs: Math.round(performance.now() - started),
    };
  }

  @Post('search/facets')
  @HttpCode(200)
  @Needs('read', 'search')
  @ApiOkResponse({ standardSchema: facetsSchema, description: 'How the calls of a search spread over what is known of them.' })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema })
  async facets(
    @Body({ schema: facetsRequestSchema }) request: z.output<typeof facetsRequestSchema>,
  ): Promise<z.input<typeof facetsSchema>> {
    const { exact, facets } = await searchFacets(this.#deps.search, this.#asked(request), {
      zoneOffsetMs: zoneOffsetMs(this.#deps.settings.zoneOffset),
    });
    return facetsView(facets, exact, await this.#deps.rubrics.current(), request.filters.criterion);
  }

  #asked({ expression, filters }: z.output<typeof facetsRequestSchema>): {
    expression: string;
    filters: ReturnType<typeof filtersOf>;
  } {
    // Where it cannot be read, the answer says at which place.
    if (expression.trim() !== '') readablePhrase(expression);
    return { expression, filters: filtersOf(filters, this.#deps.settings.zoneOffset) };
  }
}
