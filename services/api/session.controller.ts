import { Body, Controller, Delete, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiNotFoundResponse, ApiTags, ApiUnauthorizedResponse } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Needs } from './guard.ts';
import { Costs } from './rate-limit.ts';
import type { ApiDeps } from './ports.ts';
import { ApiProblem, problemSchema } from './problem.ts';
import { newSession, sameText, sessionCookie } from './session.ts';
import { API_DEPS } from './tokens.ts';

const tokenSchema = z.strictObject({ token: z.string().min(1).max(1000) }).meta({ id: 'Token' });

/** Browsers cannot send a bearer token with every request: they get a cookie for it. */
@ApiTags('session')
@Controller('api/v1/session')
export class SessionController {
  readonly #deps: ApiDeps;
  constructor(@Inject(API_DEPS) deps: ApiDeps) {
    this.#deps = deps;
  }

  @Post()
  @Costs('guess')
  @HttpCode(204)
  @Needs('begin', 'session')
  @ApiNoContentResponse({ description: 'The cookie is set; it is good for twelve hours.' })
  @ApiUnauthorizedResponse({ standardSchema: problemSchema })
  @ApiNotFoundResponse({ standardSchema: problemSchema, description: 'This server has no token: nobody needs a session.' })
  begin(
    @Body({ schema: tokenSchema }) { token }: z.output<typeof tokenSchema>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): void {
    const expected = this.#deps.settings.http.token;
    if (expected === undefined) throw new ApiProblem(404, 'no-session', 'This server needs no session.');
    if (!sameText(token, expected))
      throw new ApiProblem(401, 'token-wrong', 'This is not the token of this server.', {
        text: { zh: '令牌不正确。', en: 'This is not the token of this server.' },
      });
    void reply.header('set-cookie', sessionCookie(newSession(expected, this.#deps.clock.now()), isSecure(request)));
  }

  @Delete()
  @HttpCode(204)
  @Needs('begin', 'session')
  @ApiNoContentResponse({ description: 'The cookie is taken back.' })
  end(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): void {
    void reply.header('set-cookie', sessionCookie('', isSecure(request)));
  }
}

/** TLS may end in front of us: then the browser says where the page came from. */
const isSecure = ({ protocol, headers }: FastifyRequest): boolean =>
  protocol === 'https' || headers.origin?.startsWith('https:') === true || headers['x-forwarded-proto'] === 'https';
