import { createHash, timingSafeEqual } from 'node:crypto';
import { type CanActivate, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { isLoopback } from '../kernel/index.ts';
import { type Action, authorise, isContent, localPerson, type ObjectKind } from './authorise.ts';
import type { ApiDeps } from './ports.ts';
import { ApiProblem } from './problem.ts';

export const needsKey = 'plumbline:needs';

/** What a route does to what; a route without it answers nobody. */
export const Needs = (action: Action, kind: ObjectKind): MethodDecorator => SetMetadata(needsKey, { action, kind });

/** Ids of calls and of dead letters. Anything else in their place may be anything, and the trail holds no content. */
const isId = /^([0-9a-f]{32}|\d{1,9})$/;

/** Of the object that is asked for: in the address, or in the body of a question about one call. */
function idOf({ params, body }: FastifyRequest): string | undefined {
  const id = (params as { id?: unknown } | undefined)?.id ?? (body as { callId?: unknown } | null | undefined)?.callId;
  return typeof id === 'string' ? id : undefined;
}

/**
 * Stands before every route: right host, no foreign origin, token where one is set, then `authorise`, then the audit entry
 * for what holds content. A handler runs only after all of it.
 */
export class AccessGuard implements CanActivate {
  readonly #deps: ApiDeps;
  readonly #reflector = new Reflector();
  constructor(deps: ApiDeps) {
    this.#deps = deps;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    this.#checkHost(request);
    this.#checkToken(request);
    const needs = this.#reflector.get<{ action: Action; kind: ObjectKind } | undefined>(needsKey, context.getHandler());
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
    if (!allowed) throw new ApiProblem(403, 'denied', 'You may not do this; that you tried was noted.');
    return true;
  }

  /** Against DNS rebinding and pages of other origins: a browser sends both headers and cannot lie about them. */
  #checkHost(request: FastifyRequest): void {
    const { host, token } = this.#deps.settings.http;
    const asked = hostName(request.headers.host ?? '');
    if (!isLoopback(asked) && !(token !== undefined && !isLoopback(host)))
      throw new ApiProblem(421, 'wrong-host', 'This server does not answer under that name.');
    const origin = request.headers.origin;
    if (origin !== undefined && origin !== 'null' && hostName(origin.replace(/^https?:\/\//, '')) !== asked)
      throw new ApiProblem(403, 'foreign-origin', 'Pages of other origins may not use this server.');
    if (origin === 'null' && request.method !== 'GET')
      throw new ApiProblem(403, 'foreign-origin', 'Pages of other origins may not use this server.');
  }

  #checkToken(request: FastifyRequest): void {
    const { token } = this.#deps.settings.http;
    if (token === undefined) return;
    const url = request.routeOptions.url ?? '';
    if (url.startsWith('/health')) return;
    if (!sameText(request.headers.authorization ?? '', `Bearer ${token}`))
      throw new ApiProblem(401, 'token-needed', 'This server needs its token: Authorization: Bearer …', {
        headers: { 'www-authenticate': 'Bearer' },
      });
  }
}

const hostName = (host: string): string => (host.startsWith('[') ? host.slice(1, host.indexOf(']')) : (host.split(':')[0] ?? ''));

/** Compares in a time that does not tell how much was right. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
