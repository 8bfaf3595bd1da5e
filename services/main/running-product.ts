import { openAsBlob } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { DiskFolder } from '../adapters/folder/folder-files.ts';
import { verifyAudit } from '../adapters/postgres/audit-seal.ts';
import { PostgresCallStore } from '../adapters/postgres/call-store.ts';
import { type Database, openDatabase } from '../adapters/postgres/database.ts';
import { openFileStore } from '../adapters/file-store/index.ts';
import { PostgresScorecardStore } from '../adapters/postgres/scoring-store.ts';
import { PostgresSearchIndex } from '../adapters/postgres/search-index.ts';
import { PostgresTranscriptStore } from '../adapters/postgres/transcript-store.ts';
import { rebuildSearchIndex } from './search-rebuild.ts';
import { runningServer } from '../adapters/postgres/embedded-server.ts';
import type { DeadLetterView, Health, SearchAnswer, SearchQuestion } from '../api/index.ts';
import { canonicalExport } from '../cli/canonical-export.ts';
import type { AuditReport, FinishedCall, Product } from '../cli/roots.ts';
import {
  type CallMetadata,
  type DeliverResult,
  type ExpectedRecording,
  mergeMetadata,
  readSidecar,
  recordingsIn,
  type Reconciliation,
} from '../../ingest/index.ts';
import { dependencyAway, Failure, type Settings, systemClock } from '../kernel/index.ts';
import { readRubric, type RubricProblem, type Scorecard } from '../../scoring/index.ts';

const addressSchema = z.object({ url: z.url(), token: z.string().optional() });
export type RunningAddress = z.output<typeof addressSchema>;

const addressFile = (home: string): string => join(home, 'running.json');

/** Notes where a running product answers; readable by its own user alone. */
export async function noteRunning(home: string, address: RunningAddress): Promise<void> {
  const draft = `${addressFile(home)}.${process.pid}`;
  await writeFile(draft, JSON.stringify(address), { mode: 0o600 });
  await rename(draft, addressFile(home));
}

/** Where the product that holds this data folder answers. */
export async function runningAddress(home: string): Promise<RunningAddress | undefined> {
  const text = await readFile(addressFile(home), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return addressSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

interface CallAnswer {
  readonly callId: string;
  readonly source: string;
  readonly name: string;
  readonly audioSha256: string;
  readonly state: string;
  readonly refusal: { code: string; text: { zh: string; en: string } } | null;
  readonly metadata: CallMetadata;
  readonly durationMs: number | null;
}

/** The stores of a product that runs on this data folder, by way of its HTTP face: it alone writes. */
export class RunningProduct implements Product {
  readonly #address: RunningAddress;
  readonly #settings: Settings;

  constructor(address: RunningAddress, settings: Settings) {
    this.#address = address;
    this.#settings = settings;
  }

  async #ask(path: string, init: RequestInit = {}): Promise<Response> {
    const { url, token } = this.#address;
    const headers = new Headers(init.headers);
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
    try {
      return await fetch(new URL(path, url), { ...init, headers });
    } catch (cause) {
      throw dependencyAway('product', 'The running product does not answer; is it stopping?', cause);
    }
  }

  async #json<T>(path: string, init?: RequestInit): Promise<T | undefined> {
    const answer = await this.#ask(path, init);
    if (answer.status === 404) return undefined;
    const body: unknown = answer.status === 204 ? null : await answer.json();
    if (answer.ok || (path.startsWith('/health') && answer.status === 503)) return body as T;
    const problem = body as { title?: string; code?: string };
    throw new Failure({
      code: problem.code ?? 'product.refused',
      message: problem.title ?? 'The running product refused.',
      retryable: answer.status >= 500,
    });
  }

  async health(): Promise<Health> {
    const health = await this.#json<Health>('/health/ready');
    if (health === undefined) throw new Error('the running product has no health');
    return health;
  }

  async deliverFolder(
    folder: string,
    options: Parameters<Product['deliverFolder']>[1],
    onResult: Parameters<Product['deliverFolder']>[2],
    signal: AbortSignal,
  ): Promise<void> {
    const files = new DiskFolder(folder);
    for (const recording of recordingsIn(await files.list(), options.manifest)) {
      if (signal.aborted) return;
      const form = new FormData();
      const sidecar = recording.sidecar === undefined ? undefined : await files.readSmall(recording.sidecar, 1024 ** 2);
      const fromSidecar =
        sidecar === undefined ? undefined : readSidecar(new TextDecoder().decode(sidecar), this.#settings.zoneOffset)?.metadata;
      const metadata = mergeMetadata(fromSidecar ?? {}, options.manifest?.get(recording.name)?.metadata ?? {});
      form.set('metadata', JSON.stringify(metadata));
      form.set('source', options.source);
      form.set('modifiedAt', String(recording.modifiedAt));
      if (recording.transcript !== undefined)
        form.set('transcript', await openAsBlob(join(folder, recording.transcript)), 'transcript');
      form.set('file', await openAsBlob(join(folder, recording.name)), encodeURIComponent(recording.name));
      onResult(recording, await this.#upload(form));
    }
  }

  async #upload(form: FormData): Promise<DeliverResult | 'not-accepting'> {
    const answer = await this.#ask('/api/v1/recordings', { method: 'POST', body: form });
    const body = (await answer.json()) as {
      deliveryId?: string;
      state?: DeliverResult['state'];
      callId?: string | null;
      isNew?: boolean;
      code?: string;
      title?: string;
      text?: { zh: string; en: string };
    };
    if (answer.status === 503) return 'not-accepting';
    if (answer.status === 422 && body.code !== undefined && body.text !== undefined)
      return { deliveryId: '', state: 'refused', callId: undefined, isNew: true, refusal: { code: body.code, text: body.text } };
    if (!answer.ok || body.state === undefined)
      throw new Failure({
        code: body.code ?? 'product.refused',
        message: body.title ?? 'The running product refused a file.',
        retryable: false,
      });
    return {
      deliveryId: body.deliveryId ?? '',
      state: body.state,
      callId: body.callId ?? undefined,
      isNew: body.isNew === true,
      refusal: undefined,
    };
  }

  async watch(callIds: ReadonlySet<string>, onFinished: (call: FinishedCall) => void, signal: AbortSignal): Promise<void> {
    const waiting = new Set(callIds);
    while (waiting.size > 0 && !signal.aborted) {
      for (const callId of [...waiting].slice(0, 50)) {
        const call = await this.#json<CallAnswer>(`/api/v1/calls/${callId}`);
        if (call === undefined || call.state === 'received' || call.state === 'transcribed') continue;
        waiting.delete(callId);
        const cards = await this.#scorecards(callId);
        onFinished({
          callId,
          title: call.metadata.title ?? call.name,
          durationMs: call.durationMs ?? undefined,
          scorecards: cards,
          refusal: call.refusal?.text,
        });
      }
      if (waiting.size > 0) await sleep(1000, undefined, { signal }).catch(() => undefined);
    }
  }

  async #scorecards(callId: string): Promise<Scorecard[]> {
    const answer = await this.#json<{ scorecards: { card: Scorecard }[] }>(`/api/v1/calls/${callId}/scorecards`);
    return answer?.scorecards.map(({ card }) => card) ?? [];
  }

  readonly dead = {
    list: async ({
      limit,
      after,
    }: {
      limit: number;
      after?: string | undefined;
    }): Promise<{ letters: readonly DeadLetterView[]; next: string | undefined }> => {
      const page = await this.#json<{ letters: DeadLetterView[]; next: string | null }>(
        `/api/v1/dead-letters?limit=${limit}${after === undefined ? '' : `&after=${encodeURIComponent(after)}`}`,
      );
      return { letters: page?.letters ?? [], next: page?.next ?? undefined };
    },
    get: (id: string): Promise<DeadLetterView | undefined> =>
      this.#json<DeadLetterView>(`/api/v1/dead-letters/${encodeURIComponent(id)}`),
    replay: async (id: string): Promise<boolean> =>
      (await this.#json(`/api/v1/dead-letters/${encodeURIComponent(id)}/replay`, { method: 'POST' })) !== undefined,
  };

  async publishRubric(
    yaml: string,
  ): Promise<{ rubricId: string; version: number; hash: string } | { errors: readonly RubricProblem[] }> {
    const checked = readRubric(yaml);
    if ('errors' in checked) return { errors: checked.errors };
    const published = await this.#json<{ rubricId: string; version: number; hash: string }>('/api/v1/rubrics', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ yaml }),
    });
    if (published === undefined) throw new Error('the running product publishes no rubrics');
    return published;
  }

  async backfill(): Promise<number> {
    return (await this.#json<{ calls: number }>('/api/v1/rubrics/backfill', { method: 'POST' }))?.calls ?? 0;
  }

  canonicalExport(): AsyncIterable<string> {
    return canonicalExport({
      calls: {
        list: async ({ limit, after }) => {
          const page = await this.#json<{ calls: CallAnswer[]; next: string | null }>(
            `/api/v1/calls?limit=${limit}${cursor(after)}`,
          );
          return { calls: (page?.calls ?? []) as never, next: page?.next ?? undefined };
        },
        ledger: async ({ limit, after }) => {
          const page = await this.#json<{ lines: never[]; next: string | null }>(`/api/v1/ledger?limit=${limit}${cursor(after)}`);
          return { lines: page?.lines ?? [], next: page?.next ?? undefined };
        },
      },
      transcript: async (callId) => {
        const transcript = await this.#json<unknown>(`/api/v1/calls/${callId}/transcript`);
        if (transcript === undefined) return undefined;
        const metrics = await this.#json<unknown>(`/api/v1/calls/${callId}/speech-metrics`);
        const rendition = await this.#ask(`/api/v1/calls/${callId}/audio`, { method: 'GET', headers: { range: 'bytes=0-0' } });
        await rendition.body?.cancel();
        return { transcript, metrics: metrics ?? null, rendition: rendition.headers.get('etag')?.replaceAll('"', '') };
      },
      scorecards: (callId) => this.#scorecards(callId),
    });
  }

  async expect(recordings: readonly ExpectedRecording[]): Promise<void> {
    await this.#beside((database) =>
      database.inTransaction((tx) => new PostgresCallStore(database).expect(tx, recordings, systemClock.now())),
    );
  }

  async reconcile(date: string): Promise<Reconciliation> {
    const answer = await this.#json<unknown>(`/api/v1/reconciliation?date=${encodeURIComponent(date)}`);
    if (answer === undefined) throw new Error('the running product has no reconciliation');
    return withoutNulls(answer) as Reconciliation;
  }

  async search(question: SearchQuestion): Promise<SearchAnswer> {
    const answer = await this.#json<SearchAnswer>('/api/v1/search', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(question),
    });
    if (answer === undefined) throw new Error('the running product has no search');
    return answer;
  }

  /** Beside the running product: whatever it writes meanwhile goes into the fresh index as well. */
  reindex(onProgress: (calls: number) => void, signal: AbortSignal): Promise<number> {
    return this.#beside(async (database) =>
      rebuildSearchIndex(
        {
          calls: new PostgresCallStore(database),
          transcripts: new PostgresTranscriptStore(database),
          scorecards: new PostgresScorecardStore(database),
          searchIndex: new PostgresSearchIndex(database),
          objects: await openFileStore(join(this.#settings.home, 'objects'), { sweeps: false }),
        },
        onProgress,
        signal,
      ),
    );
  }

  verifyAudit(): Promise<AuditReport> {
    return this.#beside((database) => verifyAudit(database));
  }

  /** The running product's database, by its socket or address: the product holds the folder and needs not be asked. */
  async #beside<T>(use: (database: Database) => Promise<T>): Promise<T> {
    const { url } = this.#settings.database;
    const address = url === undefined ? runningServer(this.#settings.home) : { url };
    if (address === undefined)
      throw dependencyAway('database', "The running product's database cannot be reached; is it stopping?");
    const database = openDatabase({ address, connections: 2 });
    try {
      return await use(database);
    } finally {
      await database.close();
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** JSON says null where we say nothing. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutNulls(each)]));
}

const cursor = (after: string | undefined): string => (after === undefined ? '' : `&after=${encodeURIComponent(after)}`);
