import { applyDecorators, type CallHandler, type ExecutionContext, type NestInterceptor, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { canonicalJson, sha256 } from '../kernel/index.ts';
import type { Answers, KeptAnswer } from './ports.ts';
import { ApiProblem, type Problem } from './problem.ts';

const idempotentKey = 'plumbline:idempotent';

/** A write that is done once for each `Idempotency-Key`; whoever repeats it within a day gets the first answer again. */
export const Idempotent = (): MethodDecorator =>
  applyDecorators(
    SetMetadata(idempotentKey, true),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: 'The same key with the same request gives the first answer again (24 h); with another request it is refused.',
      schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
    }),
  );

/** The key of a request, if it has one. */
export function idempotencyKey({ headers, method, routeOptions }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !/^[!-~]{1,255}$/.test(key))
    throw new ApiProblem(422, 'not-valid', 'The Idempotency-Key is not valid.', {
      errors: [{ path: 'Idempotency-Key', message: '1 to 255 visible ASCII characters' }],
    });
  // Kept as a hash: a client may put anything into it.
  return sha256(`${method} ${routeOptions.url ?? ''} ${key}`);
}

/**
 * Does `work` once for a key. What it answers is kept for a day, so is its refusal of the request (422); anything else that goes
 * wrong is not, and can be tried again under the same key.
 */
export async function answerOnce(
  answers: Answers,
  key: string | undefined,
  requestHash: string,
  work: () => Promise<KeptAnswer>,
): Promise<KeptAnswer & { readonly replayed: boolean }> {
  if (key === undefined) return { ...(await work()), replayed: false };
  const begun = await answers.begin(key, requestHash);
  if (begun === 'other')
    throw new ApiProblem(422, 'idempotency-key-reused', 'This Idempotency-Key was used for another request.');
  if (begun === 'running')
    throw new ApiProblem(409, 'idempotency-key-busy', 'The first request with this Idempotency-Key is not finished yet.', {
      headers: { 'retry-after': '2' },
    });
  if (begun !== 'begun') {
    if (begun.status >= 400) throw asProblem(begun.body as Problem);
    return { ...begun, replayed: true };
  }
  try {
    const answer = await work();
    await answers.end(key, answer);
    return { ...answer, replayed: false };
  } catch (error) {
    if (error instanceof ApiProblem && error.problem.status === 422) await answers.end(key, { status: 422, body: error.problem });
    else await answers.abandon(key);
    throw error;
  }
}

function asProblem({ status, code, title, ...more }: Problem): ApiProblem {
  return new ApiProblem(status, code, title, { ...more, headers: { 'idempotency-replayed': 'true' } });
}

/** Stands around every handler that is marked with `@Idempotent()`. */
export class IdempotencyInterceptor implements NestInterceptor {
  readonly #answers: Answers;
  readonly #reflector = new Reflector();
  constructor(answers: Answers) {
    this.#answers = answers;
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const marked = this.#reflector.get<true | undefined>(idempotentKey, context.getHandler());
    const key = marked === true ? idempotencyKey(request) : undefined;
    return key === undefined ? next.handle() : from(this.#once(key, request, context.switchToHttp().getResponse(), next));
  }

  async #once(key: string, request: FastifyRequest, reply: FastifyReply, next: CallHandler): Promise<unknown> {
    const { params, query, body } = request;
    const hash = sha256(canonicalJson({ params, query, body: body ?? null }));
    const {
      status,
      body: answer,
      replayed,
    } = await answerOnce(this.#answers, key, hash, async () => {
      const given: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
      return { status: reply.statusCode, body: given ?? null };
    });
    if (replayed) void reply.status(status).header('idempotency-replayed', 'true');
    return answer ?? undefined;
  }
}
