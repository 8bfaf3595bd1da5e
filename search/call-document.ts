import type { Call } from '../ingest/index.ts';
import { packPrepared, preparedOf } from '../phrases/index.ts';
import type { StoredScorecard } from '../scoring/index.ts';
import type { Transcript } from '../transcribe/index.ts';

import type { CallDocument, CallFacts, VerdictFact } from './ports.ts';
import { indexTerms } from './terms.ts';

/** What a document is made of, all of it of one revision of the call. */
export interface DocumentInput {
  readonly call: Call;
  readonly transcript: Transcript;
  /** Of the current scoring, headline first. */
  readonly scorecards: readonly StoredScorecard[];
}

/** A call as the index keeps it. Same input, same bytes. */
export function callDocument({ call, transcript, scorecards }: DocumentInput): CallDocument {
  const prepared = preparedOf(transcript);
  return {
    facts: factsOf(call, transcript, scorecards),
    verdicts: scorecards.flatMap(({ rubricId, card }) =>
      card.criteria.map(({ id, verdict }): VerdictFact => ({ rubricId, criterionId: id, verdict })),
    ),
    terms: indexTerms(prepared),
    form: packPrepared(prepared),
  };
}

function factsOf(call: Call, transcript: Transcript, scorecards: readonly StoredScorecard[]): CallFacts {
  const { metadata } = call;
  const headline = scorecards.find((each) => each.headline)?.card;
  const sum = (of: 'customer' | 'business' | 'compliance'): number =>
    scorecards.reduce((total, { card }) => total + card.critical[of], 0);
  return {
    callId: call.callId,
    revision: call.revision,
    state: call.state,
    at: metadata.startedAt ?? call.receivedAt,
    startedAt: metadata.startedAt ?? null,
    receivedAt: call.receivedAt,
    source: call.source,
    name: call.name,
    title: metadata.title ?? null,
    agentId: metadata.agentId ?? null,
    agentName: metadata.agentName ?? null,
    team: metadata.team ?? null,
    queue: metadata.queue ?? null,
    direction: metadata.direction ?? null,
    product: metadata.product ?? null,
    language: transcript.language,
    durationMs: transcript.durationMs,
    score:
      headline === undefined
        ? null
        : {
            percent: tenths(headline.score.percent),
            provisional: headline.score.provisional,
            low: tenths(headline.score.low),
            high: tenths(headline.score.high),
            band: headline.score.band,
          },
    critical: { customer: sum('customer'), business: sum('business'), compliance: sum('compliance') },
    needsReview: scorecards.reduce(
      (total, { card }) => total + card.criteria.filter(({ verdict }) => verdict === 'needs_review').length,
      0,
    ),
  };
}

const tenths = (percent: number | null): number | null => (percent === null ? null : Math.round(percent * 10));
