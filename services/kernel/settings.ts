import { isIPv4 } from 'node:net';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import {
  bucketSource,
  databaseSettings,
  engineVariables,
  eventsSettings,
  indexSettings,
  keysSettings,
  objectsSettings,
} from './engine-settings.ts';

const folderSource = z.strictObject({
  /** Name of the source on the ledger and in call ids. Changing it makes other calls of the same files. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/, 'lower case letters, digits and -'),
  path: z.string().min(1),
  /** File-name patterns such as `{queue}/{agentId}_{externalId}_{startedAt:yyyyMMddHHmmss}`; the first that fits gives metadata. */
  patterns: z.array(z.string()).default([]),
  /** What is done with a file once it is on the ledger. */
  after: z.enum(['leave', 'move', 'delete']).default('leave'),
  moveTo: z.string().optional(),
  /** A file is complete when size and time have not changed for this long. */
  settleMs: z.int().min(0).max(3_600_000).default(10_000),
  everyMs: z.int().min(200).max(3_600_000).default(5_000),
});

export const settingsSchema = z
  .strictObject({
    /** Data folder: database, objects, keys, models. */
    home: z.string().min(1),
    http: z
      .strictObject({
        host: z.string().default('127.0.0.1'),
        port: z.int().min(0).max(65_535).default(8484),
        /** Needed to answer anywhere but on loopback, until people have accounts. */
        token: z.string().min(24).optional(),
      })
      .prefault({}),
    database: databaseSettings,
    objects: objectsSettings,
    events: eventsSettings,
    index: indexSettings,
    keys: keysSettings,
    /** Name of this instance, the same after a restart and no other's. Empty: the host's name. */
    instance: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,100}$/)
      .optional(),
    recogniser: z
      .strictObject({
        /** Any endpoint with OpenAI's speech interface; empty: the product starts its own. */
        baseUrl: z.url().optional(),
        apiKey: z.string().optional(),
        model: z.string().default('whisper-base'),
        threads: z.int().min(1).max(64).default(1),
        /** Windows recognised at a time. */
        concurrency: z.int().min(1).max(64).default(1),
        timeoutMs: z.int().min(1000).default(120_000),
        /** A folder with the model's files, for machines without a network. */
        modelFolder: z.string().optional(),
      })
      .prefault({}),
    /** A language model that answers what a rubric asks of a `judge`; every answer must quote the call. */
    judge: z
      .strictObject({
        /** Any endpoint with OpenAI's chat interface; empty: no judge, and what a rubric asks of one goes to people. */
        baseUrl: z.url().optional(),
        apiKey: z.string().optional(),
        model: z.string().min(1).optional(),
        /** How often each question is asked. */
        votes: z.int().min(1).max(15).default(3),
        /** The least share of the votes for a verdict, in thousandths. */
        threshold: z.int().min(1).max(1000).default(667),
        timeoutMs: z.int().min(100).max(600_000).default(60_000),
        /** How often it is looked whether a judge that was away is back, for the calls that wait for it. */
        againMs: z.int().min(100).max(86_400_000).default(60_000),
        /** What a day (UTC) may cost, in millionths of a currency; empty: no cap. */
        dailyCapMicros: z.int().min(0).optional(),
        /** What a million tokens cost, in millionths of that currency. */
        pricePerMillion: z.strictObject({ input: z.int().min(0), output: z.int().min(0) }).optional(),
      })
      .prefault({}),
    language: z.enum(['zh', 'en', 'auto']).default('auto'),
    /** What is known of a recording's layout where nothing says it. Empty: two channels are agent-left, one is mono. */
    layout: z.enum(['agent-left', 'agent-right', 'mono']).optional(),
    sources: z.array(folderSource).default([]),
    /** Buckets that recordings are taken from. */
    bucketSources: z.array(bucketSource).default([]),
    /** Offset of the centre's time zone, for times that carry none. */
    zoneOffset: z
      .string()
      .regex(/^[+-]\d{2}:\d{2}$/)
      .default('+08:00'),
    raw: z
      .strictObject({
        /** Whether the raw recording is kept, encrypted, once the call is transcribed. */ keepRecordings: z
          .boolean()
          .default(true),
      })
      .prefault({}),
    /** Rubric files that are published at start. Empty: those that come with the product. */
    rubrics: z.array(z.string()).optional(),
    samples: z.boolean().default(true),
    work: z
      .strictObject({ transcribing: z.int().min(1).max(64).default(1), scoring: z.int().min(1).max(64).default(1) })
      .prefault({}),
    disk: z
      .strictObject({
        minFreeBytes: z
          .int()
          .min(0)
          .default(2 * 1024 ** 3),
        minFreePercent: z.number().min(0).max(50).default(5),
      })
      .prefault({}),
    log: z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info') }).prefault({}),
  })
  .superRefine((settings, context) => {
    if (!isLoopback(settings.http.host) && settings.http.token === undefined)
      context.addIssue({
        code: 'custom',
        path: ['http', 'token'],
        message: `needed to answer on ${settings.http.host}: outside loopback nothing is served without a token`,
      });
    const { baseUrl, model, dailyCapMicros, pricePerMillion } = settings.judge;
    if (baseUrl !== undefined && model === undefined)
      context.addIssue({ code: 'custom', path: ['judge', 'model'], message: 'needed when judge.baseUrl is set' });
    if (dailyCapMicros !== undefined && pricePerMillion === undefined)
      context.addIssue({
        code: 'custom',
        path: ['judge', 'pricePerMillion'],
        message: 'needed with judge.dailyCapMicros: without a price nothing is ever spent',
      });
    const names = [...settings.sources, ...settings.bucketSources].map(({ name }) => name);
    if (new Set(names).size !== names.length)
      context.addIssue({ code: 'custom', path: ['sources'], message: 'two sources have the same name' });
    for (const [index, { noticeTopic }] of settings.bucketSources.entries())
      if (noticeTopic !== undefined && settings.events.kafka === undefined)
        context.addIssue({
          code: 'custom',
          path: ['bucketSources', index, 'noticeTopic'],
          message: 'needs events.kafka: notifications are heard there',
        });
    for (const [index, source] of settings.sources.entries())
      if (source.after === 'move' && source.moveTo === undefined)
        context.addIssue({ code: 'custom', path: ['sources', index, 'moveTo'], message: 'needed when after is move' });
  });

export type Settings = z.output<typeof settingsSchema>;
export type FolderSource = Settings['sources'][number];
export type BucketSource = Settings['bucketSources'][number];

/** True for the names and addresses of this machine itself; `127.example.com` is none of them. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));

/** A setting that stops the start; the message names it and where it came from, not its value. */
export class SettingsError extends Error {}

/** Environment variables, by the setting they set. */
const variables: Readonly<Record<string, readonly [path: readonly string[], read: (text: string) => unknown]>> = {
  PLUMBLINE_HTTP_HOST: [['http', 'host'], String],
  PLUMBLINE_PORT: [['http', 'port'], number],
  PLUMBLINE_TOKEN: [['http', 'token'], String],
  PLUMBLINE_RECOGNISER_URL: [['recogniser', 'baseUrl'], String],
  PLUMBLINE_RECOGNISER_KEY: [['recogniser', 'apiKey'], String],
  PLUMBLINE_RECOGNISER_MODEL: [['recogniser', 'model'], String],
  PLUMBLINE_RECOGNISER_THREADS: [['recogniser', 'threads'], number],
  PLUMBLINE_RECOGNISER_CONCURRENCY: [['recogniser', 'concurrency'], number],
  PLUMBLINE_JUDGE_URL: [['judge', 'baseUrl'], String],
  PLUMBLINE_JUDGE_KEY: [['judge', 'apiKey'], String],
  PLUMBLINE_JUDGE_MODEL: [['judge', 'model'], String],
  PLUMBLINE_MODEL_FOLDER: [['recogniser', 'modelFolder'], String],
  PLUMBLINE_LANGUAGE: [['language'], String],
  PLUMBLINE_SAMPLES: [['samples'], boolean],
  PLUMBLINE_TRANSCRIBING: [['work', 'transcribing'], number],
  PLUMBLINE_SCORING: [['work', 'scoring'], number],
  PLUMBLINE_LOG_LEVEL: [['log', 'level'], String],
  PLUMBLINE_DISK_MIN_FREE_BYTES: [['disk', 'minFreeBytes'], number],
  PLUMBLINE_DISK_MIN_FREE_PERCENT: [['disk', 'minFreePercent'], number],
  ...engineVariables,
};

function number(text: string): number | string {
  return /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text;
}

function boolean(text: string): boolean | string {
  return text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : text;
}

/** The data folder where nothing says another: `PLUMBLINE_HOME`, else the person's data folder. */
export function homeOf(environment: Readonly<Record<string, string | undefined>>): string {
  const named = environment['PLUMBLINE_HOME'];
  if (named !== undefined && named !== '') return named;
  const data = environment['XDG_DATA_HOME'] ?? join(environment['HOME'] ?? '.', '.local', 'share');
  return join(data, 'plumbline');
}

/**
 * Settings from a YAML file (its text, if there is one) with environment variables over it.
 * @throws SettingsError that names the first bad setting and says what is expected
 */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>>,
  file?: { name: string; text: string },
): Settings {
  const raw: Record<string, unknown> = {};
  const from = new Map<string, string>();
  if (file !== undefined) {
    const document = parseDocument(file.text);
    const problem = document.errors[0];
    if (problem !== undefined)
      throw new SettingsError(`${file.name}: line ${problem.linePos?.[0].line ?? 1}: this is no valid YAML`);
    const value: unknown = document.toJS();
    if (value !== null && (typeof value !== 'object' || Array.isArray(value)))
      throw new SettingsError(`${file.name}: settings are a mapping`);
    Object.assign(raw, value);
  }
  for (const [name, [path, read]] of Object.entries(variables)) {
    const text = environment[name];
    if (text === undefined || text === '') continue;
    set(raw, path, read(text));
    from.set(path.join('.'), name);
  }
  raw['home'] ??= homeOf(environment);
  const result = settingsSchema.safeParse(raw);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path.join('.') ?? '';
  const where = from.get(path) ?? `${file?.name ?? 'settings'}: ${path === '' ? 'settings' : path}`;
  const unknown = issue?.code === 'unrecognized_keys' ? ` ${issue.keys.join(', ')}` : '';
  throw new SettingsError(`${where}${unknown}: ${issue === undefined ? 'not valid' : explain(issue)}`);
}

function explain(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return 'there is no such setting';
  return issue.message.replace(/, received .*$/, '').replace(/^Invalid (input|option): /, '');
}

function set(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let at = target;
  for (const part of path.slice(0, -1)) at = (at[part] ??= {}) as Record<string, unknown>;
  at[path.at(-1) as string] = value;
}
