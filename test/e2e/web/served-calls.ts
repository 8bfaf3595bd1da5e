import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../../../services/kernel/index.ts';

/** The day of the centre on which the calls of these tests were made. */
export const day = '2026-10-27';

export interface ServedCall {
  readonly callId: string;
  readonly name: string;
  readonly state: string;
}

const sample = (file: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(join(packageRoot, 'samples', file)));

export const recordingOf = (id: string): Buffer => readFileSync(join(packageRoot, 'samples', `${id}.flac`));
export const metadataOf = (id: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(packageRoot, 'samples', `${id}.meta.json`), 'utf8')) as Record<string, unknown>;

/**
 * Gives a product a day of sample calls with their true transcripts, one file under a taken call id, and two that are no
 * recordings. Waits until each call is scored and can be searched for.
 * @returns call ids by sample
 */
export async function serveSampleCalls(url: string, samples: readonly string[]): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (const [index, id] of samples.entries()) {
    const hour = String(9 + index).padStart(2, '0');
    const { callId } = await deliver(url, id, {
      externalId: `HC-261027-${String(8801 + index).padStart(6, '0')}`,
      startedAt: `${day}T${hour}:12:31+08:00`,
    });
    ids.set(id, callId);
  }
  await deliver(url, samples[0]!, { externalId: 'HC-261027-008802', startedAt: `${day}T10:12:31+08:00` }, 'copied-wrongly.flac');
  await deliverNothing(url);
  await expectRecordings(url, samples.length);
  for (;;) {
    const { calls } = await json<{ calls: ServedCall[] }>(url, '/api/v1/calls?limit=200');
    const { calls: found } = await post<{ calls: unknown[] }>(url, '/api/v1/search', { expression: '', filters: {}, limit: 100 });
    if (calls.every(({ state }) => state === 'scored') && found.length === calls.length) return ids;
    await sleep(300);
  }
}

async function deliver(url: string, id: string, more: Record<string, unknown>, name = `${id}.flac`): Promise<{ callId: string }> {
  const { callId: _own, ...metadata } = metadataOf(id);
  const form = new FormData();
  form.set('file', new Blob([sample(`${id}.flac`)]), name);
  const transcript = readFileSync(join(packageRoot, 'test', 'fixtures', 'synth', `${id}.transcript.json`), 'utf8');
  form.set('transcript', new Blob([transcript]), 'transcript.json');
  form.set('metadata', JSON.stringify({ ...metadata, ...more }));
  const answer = await fetch(new URL('/api/v1/recordings', url), { method: 'POST', body: form });
  if (answer.status !== 202) throw new Error(`${name} was not taken: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as { callId: string };
}

async function deliverNothing(url: string): Promise<void> {
  for (const [name, content] of [
    ['index.wav', '<!doctype html>'],
    ['cut-off.wav', ''],
  ] as const) {
    const form = new FormData();
    form.set('file', new Blob([content]), name);
    await fetch(new URL('/api/v1/recordings', url), { method: 'POST', body: form });
  }
}

/** A manifest of the day that names the calls, and two recordings that never come. */
async function expectRecordings(url: string, calls: number): Promise<void> {
  const lines = Array.from({ length: calls + 2 }, (_, index) => {
    const hour = String(9 + index).padStart(2, '0');
    const id = String(8801 + index).padStart(6, '0');
    return `HC-261027-${id}.flac,HC-261027-${id},${day}T${hour}:12:31+08:00`;
  });
  const answer = await fetch(new URL('/api/v1/manifests?source=upload', url), {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: ['file,externalId,startedAt', ...lines].join('\n'),
  });
  if (answer.status !== 202) throw new Error(`the manifest was not taken: ${answer.status}`);
}

export const json = async <T>(url: string, path: string): Promise<T> => (await fetch(new URL(path, url))).json() as Promise<T>;

export async function post<T>(url: string, path: string, body: unknown): Promise<T> {
  const answer = await fetch(new URL(path, url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await answer.json()) as T;
}

interface Card {
  readonly criteria: readonly {
    readonly id: string;
    readonly verdict: string;
    readonly evidence: readonly { readonly startMs: number; readonly endMs: number }[];
  }[];
}

/** The headline scorecard of a call. */
export async function headlineCard(url: string, callId: string): Promise<Card> {
  const { scorecards } = await json<{ scorecards: { headline: boolean; card: Card }[] }>(
    url,
    `/api/v1/calls/${callId}/scorecards`,
  );
  const found = scorecards.find(({ headline }) => headline) ?? scorecards[0];
  if (found === undefined) throw new Error('the call has no scorecard');
  return found.card;
}
