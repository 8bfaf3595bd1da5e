import 'reflect-metadata';
import multipart from '@fastify/multipart';
import staticFiles from '@fastify/static';
import { type DynamicModule, type INestApplication, Module, StandardSchemaValidationPipe } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { maxRecordingBytes } from '../../ingest/index.ts';
import { packageRoot } from '../kernel/index.ts';
import { CallsController } from './calls.controller.ts';
import { DocumentController } from './document.controller.ts';
import { DeliveriesController } from './deliveries.controller.ts';
import { EventHub } from './event-hub.ts';
import { EventsController } from './events.controller.ts';
import { FiguresController } from './figures.controller.ts';
import { AccessGuard } from './guard.ts';
import { IdempotencyInterceptor } from './idempotency.ts';
import { describeProblems } from './document.ts';
import { OperationsController } from './operations.controller.ts';
import { PhrasesController } from './phrases.controller.ts';
import type { ApiDeps } from './ports.ts';
import { ProblemFilter, type UnexpectedLog, validationProblem } from './problem.ts';
import { RecordingsController } from './recordings.controller.ts';
import { RubricsController } from './rubrics.controller.ts';
import { SearchController } from './search.controller.ts';
import { SessionController } from './session.controller.ts';
import { API_DEPS, EVENT_HUB, UNEXPECTED } from './tokens.ts';
import { UploadsController } from './uploads.controller.ts';
import { WebController } from './web.controller.ts';

/** An answer that a browser opens by itself runs nothing and loads nothing. */
const answerPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'";

/** A manifest of some 50,000 recordings. */
const manifestBytes = 8 * 1024 ** 2;

@Module({})
class ApiModule {
  static of(deps: ApiDeps, hub: EventHub, unexpected: UnexpectedLog): DynamicModule {
    return {
      module: ApiModule,
      controllers: [
        CallsController,
        RecordingsController,
        DeliveriesController,
        UploadsController,
        OperationsController,
        FiguresController,
        EventsController,
        RubricsController,
        PhrasesController,
        SearchController,
        SessionController,
        DocumentController,
        WebController,
      ],
      providers: [
        { provide: API_DEPS, useValue: deps },
        { provide: EVENT_HUB, useValue: hub },
        { provide: UNEXPECTED, useValue: unexpected },
        { provide: APP_GUARD, useFactory: () => new AccessGuard(deps) },
        { provide: APP_INTERCEPTOR, useFactory: () => new IdempotencyInterceptor(deps.answers) },
        { provide: APP_FILTER, useFactory: () => new ProblemFilter(unexpected) },
        { provide: APP_PIPE, useFactory: () => new StandardSchemaValidationPipe({ exceptionFactory: validationProblem }) },
      ],
    };
  }
}

/** The OpenAPI 3.1 document, made from the schemas that validate. */
export function openApiDocument(app: INestApplication, version: string): OpenAPIObject {
  return describeProblems(
    SwaggerModule.createDocument(
      app,
      new DocumentBuilder()
        .setOpenAPIVersion('3.1.0')
        .setTitle('Plumbline')
        .setDescription(
          'Recorded calls in, scorecards with evidence out. Errors are RFC 9457 problem details. ' +
            'Large recordings go to /api/v1/uploads by tus 1.0 (creation, expiration, termination): Upload-Metadata may say filename, ' +
            'source, modifiedAt and metadata (a JSON object); the answer to the last byte names the delivery in X-Plumbline-Delivery.',
        )
        .setVersion(version)
        .build(),
    ),
  );
}

/** What comes before Nest: limits of the line, and errors of the router in our own form. */
function newAdapter(): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: 1024 ** 2,
    trustProxy: false,
    routerOptions: { maxParamLength: 300 },
    // A line on which nothing moves is let go; pages that listen are spoken to more often.
    connectionTimeout: 300_000,
    keepAliveTimeout: 72_000,
    http: { headersTimeout: 30_000, maxHeaderSize: 32 * 1024 },
    frameworkErrors: (_error: unknown, _request: unknown, reply: FastifyReply) => {
      const problem = { type: 'about:blank', title: 'The address could not be read.', status: 400, code: 'bad-request' };
      void reply.status(400).header('content-type', 'application/problem+json; charset=utf-8').send(JSON.stringify(problem));
    },
  });
}

/** How bodies are read, files sent, and what every answer says of itself. */
async function furnish(fastify: FastifyInstance): Promise<void> {
  await fastify.register(multipart, {
    limits: { fileSize: maxRecordingBytes, files: 2, fields: 40, fieldSize: 64 * 1024, headerPairs: 100, parts: 50 },
  });
  fastify.addContentTypeParser(
    ['text/csv', 'text/plain'],
    { parseAs: 'string', bodyLimit: manifestBytes },
    (_request, body, done) => done(null, body),
  );
  // What is uploaded in pieces is read by whoever keeps it.
  fastify.addContentTypeParser('application/offset+octet-stream', (_request, _payload, done) => done(null));
  await fastify.register(staticFiles, { root: packageRoot, serve: false, preCompressed: true });
  fastify.addHook('onSend', async (_request, reply) => {
    void reply.header('x-content-type-options', 'nosniff').header('referrer-policy', 'no-referrer');
    if (!reply.hasHeader('content-security-policy')) void reply.header('content-security-policy', answerPolicy);
  });
}

/** The HTTP face, wired but not listening. `unexpected` gets what nobody foresaw. */
export async function createApi(deps: ApiDeps, unexpected: UnexpectedLog): Promise<NestFastifyApplication> {
  const hub = new EventHub({
    changes: deps.changes,
    health: () => deps.health(),
    failed: (error) => unexpected(error, { method: 'GET', route: '/api/v1/events' }),
  });
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.of(deps, hub, unexpected), newAdapter(), {
    logger: ['error', 'warn'],
  });
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  await furnish(fastify);
  // A page that listens would hold the server open.
  fastify.addHook('preClose', async () => hub.close());
  const document = openApiDocument(app, deps.version);
  deps.document = document;
  await app.init();
  await fastify.ready();
  return app;
}
