import { randomBytes } from 'node:crypto';
import { All, Controller, Inject, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Server } from '@tus/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { finishUpload, maxRecordingBytes } from '../../ingest/index.ts';
import { Failure } from '../kernel/index.ts';
import { Needs } from './guard.ts';
import type { ApiDeps } from './ports.ts';
import { ApiProblem, type UnexpectedLog } from './problem.ts';
import { API_DEPS, UNEXPECTED } from './tokens.ts';
import { TusStore } from './tus-store.ts';
import { readUploadMetadata } from './upload-metadata.ts';

const deliveryHeader = 'X-Plumbline-Delivery';
const path = '/api/v1/uploads';

type TusError = Error & { readonly status_code?: number; readonly body?: string };

/**
 * Resumable uploads (tus 1.0: creation, creation-with-upload, expiration, termination). The answer to the last byte names the
 * delivery; `GET /deliveries/{id}` says what became of it.
 */
@ApiExcludeController()
@Controller('api/v1/uploads')
export class UploadsController {
  readonly #deps: ApiDeps;
  readonly #tus: Server;

  constructor(@Inject(API_DEPS) deps: ApiDeps, @Inject(UNEXPECTED) unexpected: UnexpectedLog) {
    this.#deps = deps;
    this.#tus = new Server({
      path,
      relativeLocation: true,
      maxSize: maxRecordingBytes,
      // Pages of other origins get nothing, here as everywhere.
      allowedOrigins: () => false,
      exposedHeaders: [deliveryHeader],
      datastore: new TusStore(
        deps.uploads,
        deps.clock,
        (header) => readUploadMetadata(header, deps.settings.zoneOffset),
        async () => (await deps.health()).accepting,
      ),
      namingFunction: () => randomBytes(16).toString('hex'),
      onUploadFinish: async (_request, { id }) => {
        const deliveryId = await finishUpload(deps.uploads, id);
        return deliveryId === undefined ? {} : { headers: { [deliveryHeader]: deliveryId } };
      },
      onResponseError: (_request, error) => {
        const answer = problemOf(error as TusError);
        if (answer.status_code === 500) unexpected(error, { method: 'PATCH', route: path });
        return answer;
      },
    });
  }

  @All(['', ':id'])
  @Needs('deliver', 'upload')
  async handle(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { method, headers } = request;
    if (method === 'GET')
      throw new ApiProblem(405, 'method-not-allowed', 'An upload is not read back.', { headers: { allow: allowed } });
    if (method === 'POST' || method === 'PATCH') await this.#mayTake();
    if (method === 'POST') readUploadMetadata(single(headers['upload-metadata']), this.#deps.settings.zoneOffset);
    const id = (request.params as { id?: string }).id;
    const delivered = method === 'HEAD' && id !== undefined ? (await this.#deps.uploads.uploads.get(id))?.deliveryId : undefined;
    reply.hijack();
    const { raw } = reply;
    raw.setHeader('x-content-type-options', 'nosniff').setHeader('cache-control', 'no-store');
    if (delivered !== undefined) raw.setHeader(deliveryHeader, delivered);
    await this.#tus.handle(request.raw, raw);
  }

  async #mayTake(): Promise<void> {
    const { accepting, reasons } = await this.#deps.health();
    if (!accepting)
      throw new ApiProblem(503, 'not-accepting', reasons[0] ?? 'Recordings are not taken now.', {
        headers: { 'retry-after': '60' },
        text: { zh: '磁盘空间不足，暂时不能接收录音。', en: reasons[0] ?? 'Recordings are not taken now.' },
      });
  }
}

const allowed = 'POST, HEAD, PATCH, DELETE, OPTIONS';

const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value.join(',') : value);

/** The library's own errors are fixed texts; of any other error nothing is said. */
function problemOf(error: TusError): { status_code: number; body: string } {
  const { status_code: status, body } = error;
  const away = error instanceof Failure && error.failureCause === 'dependency';
  const known = status !== undefined && body !== undefined;
  const code = known ? `upload-${status}` : error instanceof Failure ? error.code : 'unexpected';
  const title = known ? body.trim() : error instanceof Failure ? error.message : 'The upload could not be kept.';
  const answer = known ? status : away ? 503 : 500;
  return { status_code: answer, body: JSON.stringify({ type: 'about:blank', title, status: answer, code }) };
}
