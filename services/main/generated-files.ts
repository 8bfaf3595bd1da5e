import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { z } from 'zod';
import { createApi, openApiDocument } from '../api/index.ts';
import { hitsSchema } from '../cli/hits-schema.ts';
import { canonicalJson, eventSchemas, readSettings, settingsSchema } from '../kernel/index.ts';
import { rubricJsonSchema, scorecardSchema } from '../../scoring/index.ts';
import { openApiTypes } from './openapi-types.ts';
import { peaksSchema, redactedSchema, speechMetricsSchema, transcriptSchema } from '../../transcribe/index.ts';

/** A file that is made from the code; checked in, and compared in the tests. */
export interface GeneratedFile {
  /** Path inside the project. */
  readonly path: string;
  readonly text: string;
}

const pretty = (value: unknown): string => `${JSON.stringify(JSON.parse(canonicalJson(value)), null, 2)}\n`;
const schemaFile = (path: string, schema: z.ZodType): GeneratedFile => ({
  path: join('schemas', path),
  text: pretty(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' })),
});

/** Every generated file: OpenAPI, the published shapes, the events, the rubric, the settings. */
export async function generatedFiles(version: string): Promise<GeneratedFile[]> {
  const document = await openApi(version);
  return [
    { path: 'schemas/openapi.json', text: pretty(document) },
    { path: 'services/web/src/api/openapi.d.ts', text: await openApiTypes(document) },
    ...Object.entries(eventSchemas).map(([topic, schema]) => schemaFile(`events/${topic}.v1.json`, schema)),
    schemaFile('transcript.v1.json', transcriptSchema),
    schemaFile('scorecard.v1.json', scorecardSchema),
    schemaFile('hits.v1.json', hitsSchema),
    schemaFile('redacted.v1.json', redactedSchema),
    schemaFile('speech-metrics.v1.json', speechMetricsSchema),
    schemaFile('peaks.v1.json', peaksSchema),
    schemaFile('settings.json', settingsSchema),
    { path: 'schemas/rubric.json', text: pretty(rubricJsonSchema()) },
  ];
}

/** The document needs the routes, not what stands behind them. */
async function openApi(version: string): Promise<unknown> {
  const absent = new Proxy({}, { get: () => () => Promise.reject(new Error('no product behind the document')) });
  const app: NestFastifyApplication = await createApi(
    { ...(absent as Parameters<typeof createApi>[0]), settings: readSettings({ HOME: '/' }), version },
    () => undefined,
  );
  try {
    return openApiDocument(app, version);
  } finally {
    await app.close();
  }
}
