import type { FastifyReply, FastifyRequest } from 'fastify';
import { sha256 } from '../kernel/index.ts';

/**
 * An answer under its entity tag: asked for again with that tag it is 304 without a body. The tag is over the answer itself,
 * after what the caller says of its version.
 */
export function answerTagged<Body>(
  request: FastifyRequest,
  reply: FastifyReply,
  body: Body,
  version?: string | number,
): Body | undefined {
  const digest = sha256(JSON.stringify(body)).slice(0, 20);
  const tag = `"${version === undefined ? '' : `${version}-`}${digest}"`;
  void reply.header('etag', tag).header('cache-control', 'private, no-cache');
  if (!namesTag(request.headers['if-none-match'], tag)) return body;
  void reply.status(304);
  return undefined;
}

/** Whether an If-None-Match names this tag (weak comparison, RFC 9110). */
export function namesTag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((each) => {
    const named = each.trim().replace(/^W\//, '');
    return named === '*' || named === tag;
  });
}

/** The revision that an If-Match of a call names: `"7-…"` or `"7"`; `any` for `*`, undefined for what names none. */
export function revisionOfTag(header: string | undefined): number | 'any' | undefined {
  const value = header?.trim() ?? '';
  if (value === '*') return 'any';
  const match = /^"?(\d{1,15})(?:-[0-9a-f]*)?"?$/.exec(value);
  return match === null ? undefined : Number(match[1]);
}
