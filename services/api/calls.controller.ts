import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { transcriptSchema } from '../../transcribe/index.ts';
import { callView, type CallView } from './call-view.ts';
import { Needs } from './guard.ts';
import type { ApiDeps } from './ports.ts';
import { notFound, problemSchema } from './problem.ts';
import { callIdSchema, callPageSchema, callSchema, pageQuerySchema, scorecardListSchema } from './schemas.ts';
import { sendObject } from './send-object.ts';
import { API_DEPS } from './tokens.ts';

@ApiTags('calls')
@Controller('api/v1/calls')
export class CallsController {
  readonly #deps: ApiDeps;
  constructor(@Inject(API_DEPS) deps: ApiDeps) {
    this.#deps = deps;
  }

  @Get()
  @Needs('list', 'calls')
  @ApiOkResponse({ standardSchema: callPageSchema, description: 'Newest first.' })
  async list(
    @Query({ schema: pageQuerySchema }) page: z.output<typeof pageQuerySchema>,
  ): Promise<z.input<typeof callPageSchema>> {
    const { calls, next } = await this.#deps.calls.list(page);
    return { calls: await Promise.all(calls.map((call) => callView(this.#deps, call))), next: next ?? null };
  }

  @Get(':id')
  @Needs('read', 'call')
  @ApiOkResponse({ standardSchema: callSchema })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  async get(@Param('id', { schema: callIdSchema }) id: string): Promise<CallView> {
    const call = await this.#deps.calls.get(id);
    if (call === undefined) throw notFound('call');
    return callView(this.#deps, call);
  }

  @Get(':id/transcript')
  @Needs('read', 'transcript')
  @ApiOkResponse({ standardSchema: transcriptSchema, description: 'transcript.v1, redacted.' })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  async transcript(
    @Param('id', { schema: callIdSchema }) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.#send(id, 'transcript', request, reply);
  }

  @Get(':id/audio')
  @Needs('read', 'audio')
  @ApiProduces('audio/ogg')
  @ApiOkResponse({ description: 'The playback rendition, redacted. HTTP ranges are answered with 206.' })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  async audio(
    @Param('id', { schema: callIdSchema }) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.#send(id, 'audio', request, reply);
  }

  @Get(':id/peaks')
  @Needs('read', 'peaks')
  @ApiOkResponse({ description: 'peaks.v1: the waveform per channel, made from the rendition.' })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  async peaks(
    @Param('id', { schema: callIdSchema }) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.#send(id, 'peaks', request, reply);
  }

  @Get(':id/speech-metrics')
  @Needs('read', 'speech-metrics')
  @ApiOkResponse({ description: 'speech-metrics.v1: talk, silence, overtalk, rates, hold, loudness.' })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  async speechMetrics(
    @Param('id', { schema: callIdSchema }) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.#send(id, 'speech-metrics', request, reply);
  }

  @Get(':id/scorecards')
  @Needs('read', 'scorecard')
  @ApiOkResponse({
    standardSchema: scorecardListSchema,
    description: 'scorecard.v1 for every rubric that is for this call, the headline first.',
  })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  async scorecards(@Param('id', { schema: callIdSchema }) id: string): Promise<z.input<typeof scorecardListSchema>> {
    if ((await this.#deps.calls.get(id)) === undefined) throw notFound('call');
    const cards = await this.#deps.scorecards(id);
    return { scorecards: cards.map(({ card, ...rest }) => ({ ...rest, card: card as Record<string, unknown> })) };
  }

  async #send(
    id: string,
    what: 'transcript' | 'audio' | 'peaks' | 'speech-metrics',
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const current = await this.#deps.currentTranscript(id);
    const objects = {
      transcript: current?.object,
      audio: current?.renditionObject,
      peaks: current?.peaksObject,
      'speech-metrics': current?.metricsObject,
    };
    const name = objects[what];
    if (name === undefined) throw notFound(what === 'audio' ? 'rendition yet' : `${what} yet`);
    await sendObject(
      this.#deps.objects,
      name,
      what === 'audio' ? 'audio/ogg' : 'application/json; charset=utf-8',
      request,
      reply,
    );
  }
}
