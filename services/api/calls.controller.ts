import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiConflictResponse,
  ApiHeader,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiPreconditionFailedResponse,
  ApiProduces,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { transcriptSchema } from '../../transcribe/index.ts';
import { callView, type CallView } from './call-view.ts';
import { answerTagged, revisionOfTag } from './entity-tag.ts';
import { Needs } from './guard.ts';
import { Idempotent } from './idempotency.ts';
import type { ApiDeps } from './ports.ts';
import { ApiProblem, notFound, problemSchema } from './problem.ts';
import {
  acceptedCallSchema,
  audioQuerySchema,
  callIdSchema,
  callPageSchema,
  callSchema,
  pageQuerySchema,
  retriedCallSchema,
  scorecardHistorySchema,
  scorecardIdSchema,
  scorecardListSchema,
  speakersSchema,
} from './schemas.ts';
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
  @ApiOkResponse({ standardSchema: callSchema, description: 'Its ETag begins with the revision, and is good for If-Match.' })
  @ApiResponse({ status: 304, description: 'As it was under the ETag of If-None-Match.' })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  async get(
    @Param('id', { schema: callIdSchema }) id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CallView | undefined> {
    const call = await this.#deps.calls.get(id);
    if (call === undefined) throw notFound('call');
    return answerTagged(request, reply, await callView(this.#deps, call), call.revision);
  }

  @Put(':id/speakers')
  @HttpCode(202)
  @Needs('correct', 'call')
  @ApiHeader({ name: 'If-Match', required: true, description: 'The ETag of the call that the person looked at.' })
  @ApiAcceptedResponse({
    standardSchema: acceptedCallSchema,
    description: 'Transcript, metrics and scores are made again; what people decided stays.',
  })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiPreconditionFailedResponse({ standardSchema: problemSchema, description: 'The call has changed since.' })
  @ApiResponse({ status: 428, standardSchema: problemSchema, description: 'If-Match is needed.' })
  async speakers(
    @Param('id', { schema: callIdSchema }) id: string,
    @Headers('if-match') seen: string | undefined,
    @Body({ schema: speakersSchema }) { swapped }: z.output<typeof speakersSchema>,
  ): Promise<z.input<typeof acceptedCallSchema>> {
    const revision = revisionOfTag(seen);
    if (revision === undefined)
      throw new ApiProblem(428, 'if-match-needed', 'Send the ETag of the call as If-Match.', {
        text: { zh: '请先重新载入这通通话。', en: 'Load the call again first.' },
      });
    const result = await this.#deps.correctSpeakers(id, swapped, revision === 'any' ? undefined : revision);
    if (!('refused' in result)) return { callId: id, revision: result.revision };
    if (result.refused === 'no-call') throw notFound('call');
    throw new ApiProblem(412, 'changed', 'The call has changed since it was looked at.', {
      text: {
        zh: '这通通话在此期间有变化，请重新载入后再试。',
        en: 'This call has changed meanwhile. Load it again and try once more.',
      },
    });
  }

  @Post(':id/retry')
  @Idempotent()
  @HttpCode(202)
  @Needs('operate', 'call')
  @ApiAcceptedResponse({ standardSchema: retriedCallSchema, description: 'What failed or was refused is tried again.' })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'Nothing of this call failed.' })
  async retry(@Param('id', { schema: callIdSchema }) id: string): Promise<z.input<typeof retriedCallSchema>> {
    const tried = await this.#deps.retryCall(id);
    if (tried === undefined) throw notFound('call');
    if (tried === 0)
      throw new ApiProblem(409, 'nothing-to-retry', 'Nothing of this call failed.', {
        text: { zh: '这通通话没有失败的处理。', en: 'Nothing of this call failed.' },
      });
    return { callId: id, tried };
  }

  @Get(':id/transcript')
  @Needs('read', 'transcript')
  @ApiOkResponse({ standardSchema: transcriptSchema, description: 'transcript.v1, redacted.' })
  @ApiResponse({ status: 304, description: 'As it was under the ETag of If-None-Match.' })
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
  @ApiResponse({
    status: 307,
    description: 'With `direct`, where the settings allow it: an address in the object store that is good for a while.',
  })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  async audio(
    @Param('id', { schema: callIdSchema }) id: string,
    @Query({ schema: audioQuerySchema }) { direct }: z.output<typeof audioQuerySchema>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const address = direct === 'true' ? await this.#playbackAddress(id) : undefined;
    if (address === undefined) return this.#send(id, 'audio', request, reply);
    await reply.header('cache-control', 'no-store').redirect(address, 307);
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
  async scorecards(
    @Param('id', { schema: callIdSchema }) id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.input<typeof scorecardListSchema> | undefined> {
    if ((await this.#deps.calls.get(id)) === undefined) throw notFound('call');
    const cards = await this.#deps.scorecards(id);
    return answerTagged(request, reply, {
      scorecards: cards.map(({ card, ...rest }) => ({ ...rest, card: card as Record<string, unknown> })),
    });
  }

  @Get(':id/scorecards/:scorecardId/history')
  @Needs('read', 'scorecard')
  @ApiOkResponse({ standardSchema: scorecardHistorySchema, description: 'Every score that this rubric gave, the newest first.' })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  async history(
    @Param('id', { schema: callIdSchema }) id: string,
    @Param('scorecardId', { schema: scorecardIdSchema }) scorecardId: string,
  ): Promise<z.input<typeof scorecardHistorySchema>> {
    const versions = await this.#deps.scorecardHistory(id, scorecardId);
    if (versions === undefined) throw notFound('scorecard');
    return { versions: versions.map((each) => ({ ...each })) };
  }

  async #playbackAddress(id: string): Promise<string | undefined> {
    const name = (await this.#deps.currentTranscript(id))?.renditionObject;
    return name === undefined ? undefined : this.#deps.playbackAddress?.(name);
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
