import { type CanActivate, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { isLoopback } from '../kernel/index.ts';
import { type Action, authorise, isContent, localPerson, type ObjectKind } from './authorise.ts';
import type { ApiDeps } from './ports.ts';
import { ApiProblem } from './problem.ts';
import { type Cost, costKey, RateLimiter } from './rate-limit.ts';
import { isSession, sameText, sessionOf } from './session.ts';

export const needsKey = 'plumbline:needs';

/** What a route does to what; a route without it answers nobody. */
export const Needs = (action: Action, kind: ObjectKind): MethodDecorator => SetMetadata(needsKey, { action, kind });

/** Ids of calls and of dead letters. Anything else in their place may be anything, and the trail holds no content. */
const isId = /^([0-9a-f]{32}|\d{1,9})$/;

/** Of the object that is asked for: in the address, or in a question about one call. */
function idOf({ params, query, body }: FastifyRequest): string | undefined {
  const id =
    (params as { id?: unknown } | undefined)?.id ??
    (query as { call?: unknown } | undefined)?.call ??
    (body as { callId?: unknown } | null | undefined)?.callId;
  return typeof id === 'string' ? id : undefined;
}

/**
 * Stands before every route: right host, no foreign origin, token where one is set, then `authorise`, then the audit entry
 * for what holds content. A handler runs only after all of it.
 */
export class AccessGuard implements CanActivate {
  readonly #deps: ApiDeps;
  readonly #reflector = new Reflector();
  readonly #limiter = new RateLimiter();
  constructor(deps: ApiDeps) {
    this.#deps = deps;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    this.#checkHost(request);
    const needs = this.#reflector.get<{ action: Action; kind: ObjectKind } | undefined>(needsKey, context.getHandler());
    if (needs === undefined || !withoutToken.has(needs.kind)) this.#checkToken(request);
    if (needs === undefined) throw new ApiProblem(403, 'denied', 'Nobody may do this.');
    const id = idOf(request);
    const allowed = authorise(localPerson, needs.action, { kind: needs.kind, id });
    if (isContent(needs.kind) || !allowed)
      await this.#deps.audit.record({
        at: this.#deps.clock.now(),
        who: localPerson.id,
        action: needs.action,
        kind: needs.kind,
        objectId: id !== undefined && isId.test(id) ? id : undefined,
        allowed,
        from: request.ip,
      });
    this.#checkRate(request, context);
    const wrong = unfit(request);
    if (wrong !== undefined)
      throw new ApiProblem(422, 'not-valid', 'The request is not valid.', { errors: [{ path: '', message: wrong }] });
    if (!allowed) throw new ApiProblem(403, 'denied', 'You may not do this; that you tried was noted.');
    return true;
  }

  #checkRate(request: FastifyRequest, context: ExecutionContext): void {
    const cost = this.#reflector.get<Cost | undefined>(costKey, context.getHandler());
    const waitMs = cost === undefined ? 0 : this.#limiter.take(request.ip, cost, this.#deps.clock.now());
    if (waitMs === 0) return;
    throw new ApiProblem(429, 'too-many-requests', 'Too many requests; try again later.', {
      headers: { 'retry-after': String(Math.ceil(waitMs / 1000)) },
      text: { zh: '请求过于频繁，请稍后再试。', en: 'Too many requests; try again later.' },
    });
  }

  /** Against DNS rebinding and pages of other origins: a browser sends both headers and cannot lie about them. */
  #checkHost(request: FastifyRequest): void {
    const { host, token } = this.#deps.settings.http;
    const asked = hostName(request.headers.host ?? '');
    if (!isLoopback(asked) && !(token !== undefined && !isLoopback(host)))
      throw new ApiProblem(421, 'wrong-host', 'This server does not answer under that name.');
    const origin = request.headers.origin;
    if (origin !== undefined && origin !== 'null' && !isSameHost(origin, request.headers.host ?? ''))
      throw new ApiProblem(403, 'foreign-origin', 'Pages of other origins may not use this server.');
    if (origin === 'null' && request.method !== 'GET')
      throw new ApiProblem(403, 'foreign-origin', 'Pages of other origins may not use this server.');
  }

  #checkToken(request: FastifyRequest): void {
    const { token } = this.#deps.settings.http;
    if (token === undefined) return;
    if (sameText(request.headers.authorization ?? '', `Bearer ${token}`)) return;
    const session = sessionOf(request.headers.cookie);
    if (session !== undefined && isSession(session, token, this.#deps.clock.now())) return;
    throw new ApiProblem(401, 'token-needed', 'This server needs its token: Authorization: Bearer …, or a session.', {
      headers: { 'www-authenticate': 'Bearer' },
      text: { zh: '请先用令牌登录。', en: 'Sign in with the token first.' },
    });
  }
}

/**
 * What no request of ours holds, whatever it asks: a NUL in a text (no database keeps one), or values nested so deep that
 * looking at them would overflow. Gives what is wrong, or nothing.
 */
function unfit(request: FastifyRequest): string | undefined {
  let level: unknown[] = [request.body, request.query, request.params];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) return `values nest deeper than ${deepest}`;
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value === 'string' && value.includes('\0')) return 'a text holds a NUL character';
      if (Array.isArray(value)) for (const each of value) next.push(each);
      else if (typeof value === 'object' && value !== null && !Buffer.isBuffer(value))
        for (const [name, each] of Object.entries(value)) next.push(name, each);
    }
    level = next;
  }
  return undefined;
}

const deepest = 64;

/** Health is for whoever watches the process; the application holds no content, and asks for the token itself. */
const withoutToken: ReadonlySet<ObjectKind> = new Set<ObjectKind>(['health', 'web', 'session']);

/** Whether a page of this origin is one of ours: name and port. Another port of this machine is another program. */
function isSameHost(origin: string, host: string): boolean {
  const plain = (text: string): string => text.toLowerCase().replace(/:(80|443)$/, '');
  return plain(origin.replace(/^https?:\/\//, '')) === plain(host);
}

const hostName = (host: string): string => (host.startsWith('[') ? host.slice(1, host.indexOf(']')) : (host.split(':')[0] ?? ''));
