import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiConsumes,
  ApiServiceUnavailableResponse,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import type { Multipart, MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { readMetadata, type SpooledFile } from '../../ingest/index.ts';
import { canonicalJson, sha256 } from '../kernel/index.ts';
import { Needs } from './guard.ts';
import { answerOnce, idempotencyKey } from './idempotency.ts';
import type { ApiDeps } from './ports.ts';
import { ApiProblem, problemSchema } from './problem.ts';
import { deliverySchema } from './schemas.ts';
import { API_DEPS } from './tokens.ts';

const maxTranscriptBytes = 32 * 1024 ** 2;

/** What an upload consists of, once all of it has arrived. */
interface Upload {
  spooled: SpooledFile | undefined;
  name: string;
  transcript: Uint8Array | undefined;
  source: string;
  modifiedAt: number | undefined;
  readonly fields: [string, unknown][];
}

@ApiTags('recordings')
@Controller('api/v1/recordings')
export class RecordingsController {
  readonly #deps: ApiDeps;
  constructor(@Inject(API_DEPS) deps: ApiDeps) {
    this.#deps = deps;
  }

  @Post()
  @HttpCode(202)
  @Needs('deliver', 'recording')
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: {
      type: 'object',
      required: ['file'],
      properties: {
        file: { type: 'string', format: 'binary', description: 'The recording.' },
        transcript: { type: 'string', format: 'binary', description: 'A transcript to read instead of recognising.' },
        source: {
          type: 'string',
          description: 'Name of the source on the ledger; default: upload. External ids are unique within a source.',
        },
        modifiedAt: { type: 'integer', description: 'When the file was last changed, UTC milliseconds.' },
        metadata: {
          type: 'string',
          description: 'JSON object of what is known of the call. Single fields (externalId, agentId, ...) are taken too.',
        },
      },
    },
  })
  @ApiAcceptedResponse({ standardSchema: deliverySchema, description: 'On the ledger. `state` says what the file is.' })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema })
  @ApiServiceUnavailableResponse({
    standardSchema: problemSchema,
    description: 'Below the free-disk limit; Retry-After says when to try again.',
  })
  async upload(@Req() request: FastifyRequest): Promise<z.input<typeof deliverySchema>> {
    const health = await this.#deps.health();
    if (!health.accepting)
      throw new ApiProblem(503, 'not-accepting', health.reasons[0] ?? 'Recordings are not taken now.', {
        headers: { 'retry-after': '60' },
      });
    if (!request.isMultipart())
      throw new ApiProblem(415, 'wrong-type', 'Send the recording as multipart/form-data, in a part named file.');
    const upload: Upload = {
      spooled: undefined,
      name: 'recording',
      transcript: undefined,
      source: 'upload',
      modifiedAt: undefined,
      fields: [],
    };
    try {
      for await (const part of partsOf(request)) {
        if (part.type === 'file') await this.#take(part, upload);
        else if (part.fieldname === 'metadata') upload.fields.push(...metadataEntries(part.value));
        else if (part.fieldname === 'source') upload.source = sourceName(part.value);
        else if (part.fieldname === 'modifiedAt') upload.modifiedAt = moment(part.value);
        else upload.fields.push([part.fieldname, part.value]);
      }
      return await this.#deliverOnce(request, upload);
    } finally {
      await upload.spooled?.close();
    }
  }

  /** The request is what was sent, not how it was cut into parts: it is known when all of it is here. */
  async #deliverOnce(request: FastifyRequest, upload: Upload): Promise<z.input<typeof deliverySchema>> {
    const { spooled, name, transcript, source, modifiedAt, fields } = upload;
    const sent = { sha256: spooled?.sha256 ?? null, name, source, modifiedAt: modifiedAt ?? null, fields: [...fields] };
    const hash = sha256(canonicalJson({ ...sent, transcript: transcript === undefined ? null : sha256(transcript) }));
    const { body } = await answerOnce(this.#deps.answers, idempotencyKey(request), hash, async () => ({
      status: 202,
      body: await this.#deliver(upload),
    }));
    return body as z.input<typeof deliverySchema>;
  }

  async #take(part: MultipartFile, upload: Upload): Promise<void> {
    if (part.fieldname === 'transcript') {
      upload.transcript = await small(unbroken(part.file), maxTranscriptBytes);
      return;
    }
    if (part.fieldname !== 'file' || upload.spooled !== undefined)
      throw new ApiProblem(422, 'not-valid', 'An upload has one part named file, and may have one named transcript.');
    upload.name = decodedName(part.filename);
    upload.spooled = await this.#deps.spool(unbroken(part.file));
  }

  async #deliver(upload: Upload): Promise<z.input<typeof deliverySchema>> {
    if (upload.spooled === undefined) throw new ApiProblem(422, 'not-valid', 'There is no part named file in this upload.');
    const { metadata, problems } = readMetadata(upload.fields, this.#deps.settings.zoneOffset);
    if (problems.length > 0)
      throw new ApiProblem(422, 'not-valid', 'The metadata is not valid.', {
        errors: problems.map(({ field, message }) => ({ path: field, message: message.en, text: { ...message } })),
      });
    const result = await this.#deps.deliverSpooled(
      { source: upload.source, name: upload.name, modifiedAt: upload.modifiedAt, metadata, transcript: upload.transcript },
      upload.spooled,
    );
    if (result.refusal !== undefined)
      throw new ApiProblem(422, result.refusal.code, 'The file was refused; it is on the ledger and kept aside.', {
        text: result.refusal.text,
      });
    return { ...result, callId: result.callId ?? null, refusal: null };
  }
}

/** What a client cut off or wrote wrongly is its error, not ours. */
const broken = (): ApiProblem => new ApiProblem(400, 'multipart-broken', 'The multipart body is broken or was cut off.');

async function* partsOf(request: FastifyRequest): AsyncIterable<Multipart> {
  try {
    yield* request.parts();
  } catch (error) {
    throw isOfParser(error) ? broken() : error;
  }
}

async function* unbroken(file: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* file;
  } catch (error) {
    throw isOfParser(error) ? broken() : error;
  }
}

/** The parser of forms throws plain errors, and those of a connection that broke; what exceeds a limit has a status of its own. */
const isOfParser = (error: unknown): boolean =>
  error instanceof Error && !(error instanceof ApiProblem) && !('statusCode' in error) && !('failureCause' in error);

function metadataEntries(value: unknown): [string, unknown][] {
  try {
    const parsed: unknown = JSON.parse(String(value));
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return Object.entries(parsed);
  } catch {
    // said below, in the same words as for any other value that is no object
  }
  throw new ApiProblem(422, 'not-valid', 'The metadata is not valid.', {
    errors: [{ path: 'metadata', message: 'a JSON object is expected' }],
  });
}

async function small(bytes: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of bytes) {
    size += part.length;
    if (size > limit) throw new ApiProblem(413, 'too-large', 'The transcript is larger than 32 MB.');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function sourceName(value: unknown): string {
  const name = String(value);
  if (!/^[a-z0-9][a-z0-9-]{0,40}$/.test(name))
    throw new ApiProblem(422, 'not-valid', 'The upload is not valid.', {
      errors: [{ path: 'source', message: 'lower case letters, digits and -' }],
    });
  return name;
}

function moment(value: unknown): number {
  const at = Number(value);
  if (!Number.isSafeInteger(at) || at < 0)
    throw new ApiProblem(422, 'not-valid', 'The upload is not valid.', {
      errors: [{ path: 'modifiedAt', message: 'UTC milliseconds' }],
    });
  return at;
}

/** Clients that have more than ASCII in a file name, or a path, percent-encode it. */
function decodedName(name: string | undefined): string {
  if (name === undefined || name === '') return 'recording';
  try {
    return decodeURIComponent(name).slice(0, 1000);
  } catch {
    return name.slice(0, 1000);
  }
}
