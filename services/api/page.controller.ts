import { Controller, Get, Header, Inject, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { z } from 'zod';
import { callView } from './call-view.ts';
import { firstPage } from './first-page.ts';
import { Needs } from './guard.ts';
import type { ApiDeps } from './ports.ts';
import { API_DEPS } from './tokens.ts';

const querySchema = z.object({ language: z.enum(['zh', 'en']).default('zh'), after: z.string().max(200).optional() });

@ApiExcludeController()
@Controller()
export class PageController {
  readonly #deps: ApiDeps;
  constructor(@Inject(API_DEPS) deps: ApiDeps) {
    this.#deps = deps;
  }

  @Get()
  @Needs('read', 'page')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('cache-control', 'no-store')
  async page(@Query({ schema: querySchema }) query: z.output<typeof querySchema>): Promise<string> {
    const { calls, next } = await this.#deps.calls.list({ limit: 50, after: query.after });
    const [views, health, counts] = await Promise.all([
      Promise.all(calls.map((call) => callView(this.#deps, call))),
      this.#deps.health(),
      this.#deps.calls.counts(),
    ]);
    return firstPage({
      language: query.language,
      calls: views,
      next,
      health,
      counts,
      zoneOffset: this.#deps.settings.zoneOffset,
    });
  }
}
