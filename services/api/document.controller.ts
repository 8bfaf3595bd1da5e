import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Needs } from './guard.ts';
import type { ApiDeps } from './ports.ts';
import { notFound } from './problem.ts';
import { API_DEPS } from './tokens.ts';
import { webPolicy } from './web.controller.ts';

const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const files: ReadonlySet<string> = new Set(['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png']);

const page = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Plumbline · API</title><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/api/docs/swagger-ui.css"><link rel="icon" href="/api/docs/favicon-32x32.png"></head>
<body><div id="document"></div><script src="/api/docs/swagger-ui-bundle.js"></script><script src="/api/docs/start.js"></script></body>
</html>
`;

const start = `window.ui = SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#document', deepLinking: true, validatorUrl: null, tryItOutEnabled: false });
`;

/** The OpenAPI document, as it is and rendered for people; everything it loads comes from here. */
@ApiExcludeController()
@Controller('api')
export class DocumentController {
  readonly #deps: ApiDeps;
  constructor(@Inject(API_DEPS) deps: ApiDeps) {
    this.#deps = deps;
  }

  @Get('openapi.json')
  @Needs('read', 'document')
  document(): unknown {
    return this.#deps.document;
  }

  @Get('docs')
  @Needs('read', 'document')
  async rendered(@Res() reply: FastifyReply): Promise<void> {
    await reply
      .header('content-security-policy', webPolicy)
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .send(page);
  }

  @Get('docs/:file')
  @Needs('read', 'document')
  async part(@Param('file') file: string, @Res() reply: FastifyReply): Promise<void> {
    if (file === 'start.js') {
      await reply.type('text/javascript; charset=utf-8').send(start);
      return;
    }
    if (!files.has(file)) throw notFound('part of the document');
    await reply.sendFile(file, folder, { maxAge: 86_400_000 });
  }
}
