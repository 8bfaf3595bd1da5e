import type { estypes } from '@elastic/elasticsearch';
import { type CallDocument, type CallFacts, verdictEntry } from '../../../search/index.ts';

/**
 * One document a call. Strict: a field that is not here is refused, never guessed. `terms` holds what the phrases library makes
 * of the words (words, characters, sound classes, classes of numbers), the same as in every other index, so that every index
 * finds the same candidates; `form` and `facts` are kept and not searched.
 */
export const mapping: estypes.MappingTypeMapping = {
  dynamic: 'strict',
  properties: {
    erased: { type: 'boolean' },
    call_id: { type: 'keyword' },
    at: { type: 'date', format: 'epoch_millis' },
    state: { type: 'keyword' },
    source: { type: 'keyword' },
    agent_id: { type: 'keyword' },
    agent_name: { type: 'keyword' },
    team: { type: 'keyword' },
    queue: { type: 'keyword' },
    direction: { type: 'keyword' },
    product: { type: 'keyword' },
    language: { type: 'keyword' },
    duration_ms: { type: 'integer' },
    score: { type: 'integer' },
    /** The score, and for calls without one a number beyond all: they come last. */
    score_order: { type: 'integer' },
    critical: { type: 'keyword' },
    needs_review: { type: 'integer' },
    verdicts: { type: 'keyword' },
    terms: { type: 'keyword', doc_values: false, index_options: 'docs' },
    facts: { type: 'object', enabled: false },
    form: { type: 'binary' },
  },
};

/** A document as it lies in the index. */
export interface StoredDocument {
  readonly erased: boolean;
  readonly call_id: string;
  readonly facts?: CallFacts;
  readonly verdicts?: readonly string[];
  readonly form?: string;
}

export const noScore = 1_000_000;

export function stored({ facts, verdicts, terms, form }: CallDocument): Record<string, unknown> {
  const classes = (['customer', 'business', 'compliance'] as const).filter((each) => facts.critical[each] > 0);
  const score = facts.score?.percent ?? null;
  return {
    erased: false,
    call_id: facts.callId,
    at: facts.at,
    state: facts.state,
    source: facts.source,
    agent_id: facts.agentId,
    agent_name: facts.agentName,
    team: facts.team,
    queue: facts.queue,
    direction: facts.direction,
    product: facts.product,
    language: facts.language,
    duration_ms: facts.durationMs,
    score,
    score_order: score ?? noScore,
    critical: classes.length > 0 ? classes : ['none'],
    needs_review: facts.needsReview,
    verdicts: verdicts.map(verdictEntry),
    terms,
    facts,
    form: Buffer.from(form.buffer, form.byteOffset, form.byteLength).toString('base64'),
  };
}

export const emptied = (callId: string): Record<string, unknown> => ({ erased: true, call_id: callId });
