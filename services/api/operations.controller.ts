import { Controller, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import {
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiProduces,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { reconcile, type ReconciledRecording } from '../../ingest/index.ts';
import { Needs } from './guard.ts';
import { Idempotent } from './idempotency.ts';
import { Costs } from './rate-limit.ts';
import type { ApiDeps, DeadLetterView } from './ports.ts';
import { notFound, problemSchema } from './problem.ts';
import {
  deadLetterSchema,
  deadPageSchema,
  healthSchema,
  ledgerPageSchema,
  ledgerQuerySchema,
  pageQuerySchema,
  reconciliationQuerySchema,
  reconciliationSchema,
} from './schemas.ts';
import { API_DEPS } from './tokens.ts';

const letterId = z.string().min(1).max(300);

@ApiTags('operations')
@Controller()
export class OperationsController {
  readonly #deps: ApiDeps;
  constructor(@Inject(API_DEPS) deps: ApiDeps) {
    this.#deps = deps;
  }

  @Get('api/v1/ledger')
  @Needs('list', 'ledger')
  @ApiOkResponse({ standardSchema: ledgerPageSchema, description: 'A line for every file ever seen, newest first.' })
  async ledger(
    @Query({ schema: ledgerQuerySchema }) query: z.output<typeof ledgerQuerySchema>,
  ): Promise<z.input<typeof ledgerPageSchema>> {
    const { lines, next } = await this.#deps.calls.ledger(query);
    return {
      lines: lines.map((line) => ({
        deliveryId: line.deliveryId,
        source: line.source,
        name: line.name,
        sizeBytes: line.sizeBytes,
        audioSha256: line.audioSha256,
        state: line.state,
        callId: line.callId ?? null,
        refusal: line.refusal ?? null,
        callState: line.callState ?? null,
        callRefusal: line.callRefusal ?? null,
        firstSeenAt: line.firstSeenAt,
        lastSeenAt: line.lastSeenAt,
        times: line.times,
      })),
      next: next ?? null,
    };
  }

  @Get('api/v1/reconciliation')
  @Costs('heavy')
  @Needs('list', 'reconciliation')
  @ApiOkResponse({
    standardSchema: reconciliationSchema,
    description: 'What arrived of a day against what manifests announced; a call belongs to the day of its start.',
  })
  async reconciliation(
    @Query({ schema: reconciliationQuerySchema }) { date }: z.output<typeof reconciliationQuerySchema>,
  ): Promise<z.input<typeof reconciliationSchema>> {
    const { missing, unexpected, duplicates, failed, unfinished, ...sums } = await reconcile(
      this.#deps.calls,
      date,
      this.#deps.settings.zoneOffset,
    );
    return {
      ...sums,
      missing: missing.map(reconciled),
      unexpected: unexpected.map(reconciled),
      duplicates: duplicates.map(reconciled),
      failed: failed.map((each) => ({ ...reconciled(each), reason: each.reason })),
      unfinished: unfinished.map(reconciled),
    };
  }

  @Get('api/v1/dead-letters')
  @Needs('list', 'dead-letters')
  @ApiOkResponse({ standardSchema: deadPageSchema })
  async deadLetters(
    @Query({ schema: pageQuerySchema }) page: z.output<typeof pageQuerySchema>,
  ): Promise<z.input<typeof deadPageSchema>> {
    const { letters, next } = await this.#deps.dead.list(page);
    return { letters: letters.map(shown), next: next ?? null };
  }

  @Get('api/v1/dead-letters/:id')
  @Needs('read', 'dead-letter')
  @ApiOkResponse({ standardSchema: deadLetterSchema })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  async deadLetter(@Param('id', { schema: letterId }) id: string): Promise<z.input<typeof deadLetterSchema>> {
    const letter = await this.#deps.dead.get(id);
    if (letter === undefined) throw notFound('dead letter');
    return shown(letter);
  }

  @Post('api/v1/dead-letters/:id/replay')
  @Idempotent()
  @HttpCode(204)
  @Needs('operate', 'dead-letter')
  @ApiNoContentResponse({ description: 'It is tried again.' })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  async replay(@Param('id', { schema: letterId }) id: string): Promise<void> {
    if (!(await this.#deps.dead.replay(id))) throw notFound('dead letter');
  }

  @Get('health/live')
  @Needs('operate', 'health')
  @ApiOkResponse({ description: 'The process answers.' })
  live(): { live: true } {
    return { live: true };
  }

  @Get('health/ready')
  @Needs('operate', 'health')
  @ApiOkResponse({ standardSchema: healthSchema })
  @ApiServiceUnavailableResponse({ standardSchema: healthSchema })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<z.input<typeof healthSchema>> {
    const { ready, accepting, reasons, dead, stages } = await this.#deps.health();
    if (!ready) void reply.status(503);
    return { ready, accepting, reasons: [...reasons], dead, stages: [...stages] };
  }

  @Get('metrics')
  @Needs('operate', 'metrics')
  @ApiProduces('text/plain')
  async metrics(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.header('content-type', 'text/plain; version=0.0.4; charset=utf-8');
    return this.#deps.metrics();
  }
}

const reconciled = ({ source, name, externalId, startedAt, callId }: ReconciledRecording) => ({
  source,
  name,
  externalId: externalId ?? null,
  startedAt: startedAt ?? null,
  callId: callId ?? null,
});

const shown = ({ callId, ...letter }: DeadLetterView): z.input<typeof deadLetterSchema> => ({
  ...letter,
  callId: callId ?? null,
});
