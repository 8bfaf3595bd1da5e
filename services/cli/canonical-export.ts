import type { CallStore } from '../../ingest/index.ts';
import { canonicalJson } from '../kernel/index.ts';

export interface ExportDeps {
  readonly calls: Pick<CallStore, 'list' | 'ledger'>;
  /** The current transcript's content and its speech metrics, parsed; undefined while there is none. */
  transcript(callId: string): Promise<{ transcript: unknown; metrics: unknown; rendition: string | undefined } | undefined>;
  /** The current scorecards, in rubric order. */
  scorecards(callId: string): Promise<readonly unknown[]>;
}

/**
 * The canonical export: RFC 8785 JSON, one line a call and one a ledger line, sorted. Two installations that were given the
 * same files under the same keys, with the same stored window answers, give the same bytes: no wall time, no attempt, no
 * host and no random id stands in it.
 */
export async function* canonicalExport(deps: ExportDeps): AsyncIterable<string> {
  const heads = await callHeads(deps);
  for (const callId of [...heads.keys()].toSorted()) yield `${await callLine(deps, callId, heads.get(callId) ?? {})}\n`;
  const lines: string[] = [];
  let after: string | undefined;
  do {
    const page = await deps.calls.ledger({ limit: 200, after });
    for (const line of page.lines)
      lines.push(
        canonicalJson({
          delivery: {
            source: line.source,
            name: line.name,
            sizeBytes: line.sizeBytes,
            audioSha256: line.audioSha256,
            state: line.state,
            callId: line.callId ?? null,
            refusal: line.refusal?.code ?? null,
            callRefusal: line.callRefusal?.code ?? null,
            callState: line.callState ?? null,
          },
        }),
      );
    after = page.next;
  } while (after !== undefined);
  for (const line of lines.toSorted()) yield `${line}\n`;
}

async function callHeads(deps: ExportDeps): Promise<Map<string, object>> {
  const heads = new Map<string, object>();
  let after: string | undefined;
  do {
    const page = await deps.calls.list({ limit: 200, after });
    for (const { callId, source, name, audioSha256, metadata, state, refusal } of page.calls)
      heads.set(callId, { source, name, audioSha256, metadata, state, refusal: refusal?.code ?? null });
    after = page.next;
  } while (after !== undefined);
  return heads;
}

async function callLine(deps: ExportDeps, callId: string, head: object): Promise<string> {
  const [result, scorecards] = await Promise.all([deps.transcript(callId), deps.scorecards(callId)]);
  return canonicalJson({
    call: {
      callId,
      ...head,
      transcript: result?.transcript ?? null,
      metrics: result?.metrics ?? null,
      rendition: result?.rendition ?? null,
      scorecards,
    },
  });
}
