import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiConsumes,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import type { z } from 'zod';
import { expectedRecordings, readManifest } from '../../ingest/index.ts';
import { sha256 } from '../kernel/index.ts';
import { Needs } from './guard.ts';
import { Idempotent } from './idempotency.ts';
import { Costs } from './rate-limit.ts';
import type { ApiDeps } from './ports.ts';
import { ApiProblem, notFound, problemSchema } from './problem.ts';
import { deliveryIdSchema, deliveryStateSchema, manifestQuerySchema, manifestSchema } from './schemas.ts';
import { API_DEPS } from './tokens.ts';

@ApiTags('recordings')
@Controller('api/v1')
export class DeliveriesController {
  readonly #deps: ApiDeps;
  constructor(@Inject(API_DEPS) deps: ApiDeps) {
    this.#deps = deps;
  }

  @Get('deliveries/:id')
  @Needs('read', 'delivery')
  @ApiOkResponse({ standardSchema: deliveryStateSchema, description: 'What the file was, and what became of its call.' })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  async delivery(@Param('id', { schema: deliveryIdSchema }) id: string): Promise<z.input<typeof deliveryStateSchema>> {
    const line = await this.#deps.calls.delivery(id);
    if (line === undefined) throw notFound('delivery');
    return {
      deliveryId: line.deliveryId,
      state: line.state,
      callId: line.callId ?? null,
      refusal: line.refusal ?? null,
      callState: line.callState ?? null,
      callRefusal: line.callRefusal ?? null,
    };
  }

  @Post('manifests')
  @Costs('heavy')
  @Idempotent()
  @HttpCode(202)
  @Needs('deliver', 'manifest')
  @ApiConsumes('text/csv', 'application/json')
  @ApiBody({ schema: { type: 'string', description: 'CSV with a header line, or (to 1 MB) a JSON array of objects.' } })
  @ApiAcceptedResponse({
    standardSchema: manifestSchema,
    description: 'The lines without a problem are expected to arrive; the same manifest again changes nothing.',
  })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema, description: 'No line of it can be used.' })
  async manifest(
    @Query({ schema: manifestQuerySchema }) { source }: z.output<typeof manifestQuerySchema>,
    @Body() body: unknown,
  ): Promise<z.input<typeof manifestSchema>> {
    const text = typeof body === 'string' ? body : JSON.stringify(body ?? null);
    const { rows, problems } = readManifest(text, this.#deps.settings.zoneOffset);
    const shown = problems.slice(0, mostProblems).map(({ line, message }) => ({ line, message: { ...message } }));
    if (rows.length === 0)
      throw new ApiProblem(422, 'manifest-not-valid', 'No line of the manifest can be used.', {
        text: { zh: '清单中没有可用的行。', en: 'No line of the manifest can be used.' },
        errors: shown.map(({ line, message }) => ({ path: String(line), message: message.en, text: message })),
      });
    await this.#deps.expect(expectedRecordings(rows, source, sha256(text)));
    return { rows: rows.length, problems: shown };
  }
}

const mostProblems = 1_000;
