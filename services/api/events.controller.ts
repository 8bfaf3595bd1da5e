import { Controller, Get, Headers, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiProduces, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { EventHub, Listener, SentEvent } from './event-hub.ts';
import { Needs } from './guard.ts';
import { ApiProblem, problemSchema } from './problem.ts';
import { EVENT_HUB } from './tokens.ts';

const markSchema = z.string().max(100);
const resumeSchema = z.object({ after: markSchema.optional().describe('As Last-Event-ID, for clients that cannot set it.') });

const heartbeatMs = 15_000;
/** A page that does not read is let go, and resumes where it was. */
const mostBuffered = 1024 ** 2;

@ApiTags('events')
@Controller('api/v1/events')
export class EventsController {
  readonly #hub: EventHub;
  constructor(@Inject(EVENT_HUB) hub: EventHub) {
    this.#hub = hub;
  }

  @Get()
  @Needs('list', 'events')
  @ApiProduces('text/event-stream')
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'Everything after this event is sent, if that is known still.',
  })
  @ApiOkResponse({
    description:
      'Server-sent events: `hello` {resumed} first (false: ask anew for what you show); `call` {callId, revision, state}; ' +
      '`delivery` {deliveryId, state, callId}; `stages` {accepting, dead, stages}. A comment every 15 s keeps the line.',
    schema: { type: 'string' },
  })
  @ApiServiceUnavailableResponse({ standardSchema: problemSchema, description: 'Too many pages listen.' })
  async events(
    @Query({ schema: resumeSchema }) { after }: z.output<typeof resumeSchema>,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (this.#hub.full)
      throw new ApiProblem(503, 'too-many-listeners', 'Too many pages listen to this server.', {
        headers: { 'retry-after': '30' },
      });
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-accel-buffering': 'no',
    });
    const listener: Listener = {
      send: (event) => {
        if (raw.destroyed || raw.writableLength > mostBuffered) return false;
        raw.write(written(event));
        return true;
      },
      end: () => raw.end(),
    };
    const heartbeat = setInterval(() => raw.write(': \n\n'), heartbeatMs);
    const gone = (): void => {
      clearInterval(heartbeat);
      this.#hub.leave(listener);
    };
    raw.on('close', gone).on('error', gone);
    try {
      await this.#hub.join(listener, markSchema.safeParse(lastEventId).data ?? after);
      if (request.raw.destroyed || raw.destroyed) gone();
    } catch {
      // The database is away: the page tries again by itself, and gets an answer then.
      raw.end();
    }
  }
}

function written({ id, event, data }: SentEvent): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
