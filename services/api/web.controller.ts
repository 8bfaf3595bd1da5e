import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Needs } from './guard.ts';
import type { ApiDeps } from './ports.ts';
import { ApiProblem } from './problem.ts';
import { API_DEPS } from './tokens.ts';

/** What a page of this server may load: itself, and nothing from anywhere else. */
export const webPolicy = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ');

const yearMs = 365 * 86_400_000;
/** What belongs to others, and is never answered with the application. */
const notPages = /^\/(api|health|metrics)(\/|$)/;

/**
 * The web application as it was built: its files, and its one page for every other address. It holds no content: what it shows
 * it asks this server for.
 */
@ApiExcludeController()
@Controller()
export class WebController {
  readonly #deps: ApiDeps;
  constructor(@Inject(API_DEPS) deps: ApiDeps) {
    this.#deps = deps;
  }

  @Get('*')
  @Needs('read', 'web')
  async file(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { web } = this.#deps;
    const path = pathOf(request.url);
    if (path === '/' && web === undefined) {
      await reply.status(503).type('text/html; charset=utf-8').send(notBuilt);
      return;
    }
    if (web === undefined || path === undefined || notPages.test(path)) throw nothingThere();
    const file = path.slice(1);
    void reply.header('content-security-policy', webPolicy).header('vary', 'accept-encoding');
    if (web.files.has(file) && file !== 'index.html') {
      const hashed = file.startsWith('assets/');
      await reply.sendFile(file, web.folder, hashed ? { maxAge: yearMs, immutable: true } : { maxAge: 0 });
      return;
    }
    // A file that is not there is no page: an old page that asks for it must hear so.
    if (/\.[a-z0-9]{1,8}$/i.test(file) || file.startsWith('assets/')) throw nothingThere();
    void reply.header('cache-control', 'no-cache');
    await reply.sendFile('index.html', web.folder, { cacheControl: false });
  }
}

const notBuilt = `<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><title>准绳 · Plumbline</title></head>
<body><p>网页应用尚未构建：请运行 npm run build，然后重新启动。接口照常可用：/api/docs。</p>
<p lang="en">The web application is not built: run npm run build and start again. The interface works meanwhile: /api/docs.</p></body></html>
`;

function pathOf(url: string): string | undefined {
  try {
    return decodeURIComponent(url.split('?')[0] ?? '');
  } catch {
    return undefined;
  }
}

const nothingThere = (): ApiProblem => new ApiProblem(404, 'not-found', 'There is nothing at this address.');
