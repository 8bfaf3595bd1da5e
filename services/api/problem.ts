import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Failure, Refused } from '../kernel/index.ts';

/** RFC 9457. `code` is stable; `text` is the reason in both languages where a person has to read it. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string().optional(),
    text: z.object({ zh: z.string(), en: z.string() }).optional(),
    errors: z
      .array(
        z.object({
          path: z.string(),
          message: z.string(),
          text: z.object({ zh: z.string(), en: z.string() }).optional(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem' });

export type Problem = z.output<typeof problemSchema>;

/** An error that the API means; everything else is a bug and says nothing but that. */
export class ApiProblem extends HttpException {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, code: string, title: string, more: Partial<Problem> & { headers?: Record<string, string> } = {}) {
    const { headers, ...rest } = more;
    super(title, status);
    this.problem = { type: 'about:blank', title, status, code, ...rest };
    this.headers = headers ?? {};
  }
}

export const notFound = (what: string): ApiProblem => new ApiProblem(404, 'not-found', `There is no such ${what}.`);

/** Turns a failed validation into one problem that names every path and says what is expected, never what was sent. */
export function validationProblem(issues: readonly { message: string; path?: readonly unknown[] | undefined }[]): ApiProblem {
  return new ApiProblem(422, 'not-valid', 'The request is not valid.', {
    errors: issues.slice(0, 20).map(({ message, path }) => ({
      path: (path ?? [])
        .map((part) => (typeof part === 'object' && part !== null ? String((part as { key: unknown }).key) : String(part)))
        .join('.'),
      message: message.replace(/, received .*$/, ''),
    })),
  });
}

export type UnexpectedLog = (error: unknown, request: { method: string; route: string }) => void;

/** Every error leaves as problem+json, and none quotes content. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #unexpected: UnexpectedLog;
  constructor(unexpected: UnexpectedLog) {
    this.#unexpected = unexpected;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { problem, headers } = this.#describe(error, request);
    if (reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    for (const [name, value] of Object.entries(headers)) void reply.header(name, value);
    void reply
      .status(problem.status)
      .header('content-type', 'application/problem+json; charset=utf-8')
      .send(JSON.stringify(problem));
  }

  #describe(error: unknown, request: FastifyRequest): { problem: Problem; headers: Readonly<Record<string, string>> } {
    if (error instanceof ApiProblem) return { problem: error.problem, headers: error.headers };
    if (error instanceof Refused)
      return {
        problem: {
          type: 'about:blank',
          title: 'The file was refused.',
          status: 422,
          code: error.refusal.code,
          text: error.refusal.text,
        },
        headers: {},
      };
    if (error instanceof Failure && error.failureCause === 'dependency')
      return {
        problem: { type: 'about:blank', title: error.message, status: 503, code: error.code },
        headers: { 'retry-after': String(Math.ceil((error.retryAfterMs ?? 10_000) / 1000)) },
      };
    const status = error instanceof HttpException ? error.getStatus() : ((error as { statusCode?: number }).statusCode ?? 500);
    if (status >= 400 && status < 500)
      return { problem: { type: 'about:blank', title: clientTitle(status), status, code: clientCode(status) }, headers: {} };
    this.#unexpected(error, { method: request.method, route: request.routeOptions.url ?? 'none' });
    return {
      problem: {
        type: 'about:blank',
        title: 'Something unexpected went wrong; the log has the details.',
        status: 500,
        code: 'unexpected',
      },
      headers: {},
    };
  }
}

const clientCode = (status: number): string =>
  ({ 404: 'not-found', 405: 'method-not-allowed', 413: 'too-large', 415: 'wrong-type', 429: 'too-many-requests' })[status] ??
  'bad-request';

const clientTitle = (status: number): string =>
  ({
    404: 'There is nothing at this address.',
    405: 'This address does not take that method.',
    413: 'The request is too large.',
    415: 'This content type is not taken here.',
    429: 'Too many requests; try again later.',
  })[status] ?? 'The request could not be read.';
