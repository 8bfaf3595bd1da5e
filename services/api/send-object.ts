import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ObjectStore } from '../kernel/index.ts';
import { namesTag } from './entity-tag.ts';
import { ApiProblem, notFound } from './problem.ts';

/** Answers with a stored object: objects never change under their name, so the name is the ETag; one byte range is understood. */
export async function sendObject(
  objects: ObjectStore,
  name: string,
  contentType: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const info = await objects.stat(name);
  if (info === undefined) throw notFound('object any more');
  const etag = `"${name.split('/').at(-1) ?? name}"`;
  void reply
    .header('etag', etag)
    .header('accept-ranges', 'bytes')
    .header('cache-control', 'private, no-cache')
    .header('content-type', contentType);
  if (namesTag(request.headers['if-none-match'], etag)) {
    await reply.status(304).send();
    return;
  }
  const conditional = request.headers['if-range'];
  const range = conditional === undefined || conditional === etag ? parseRange(request.headers.range, info.sizeBytes) : undefined;
  if (range === 'unsatisfiable')
    throw new ApiProblem(416, 'range', 'That range is not in the recording.', {
      headers: { 'content-range': `bytes */${info.sizeBytes}` },
    });
  const { start, end } = range ?? { start: 0, end: info.sizeBytes };
  const body = await objects.read(name, { start, end });
  if (body === undefined) throw notFound('object any more');
  void reply.header('content-length', end - start);
  if (range !== undefined) void reply.status(206).header('content-range', `bytes ${start}-${end - 1}/${info.sizeBytes}`);
  await reply.send(Readable.from(body));
}

/** One range as in RFC 9110; several ranges or another unit are answered with the whole. `end` is exclusive. */
export function parseRange(
  header: string | undefined,
  size: number,
): { start: number; end: number } | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return undefined;
  if (match[1] === '') {
    const length = Math.min(Number(match[2]), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size };
  }
  const start = Number(match[1]);
  const end = match[2] === '' ? size : Math.min(Number(match[2]) + 1, size);
  return start >= size || end <= start ? 'unsatisfiable' : { start, end };
}
