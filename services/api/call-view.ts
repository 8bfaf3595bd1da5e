import type { z } from 'zod';
import type { Call } from '../../ingest/index.ts';
import type { ApiDeps } from './ports.ts';
import type { callSchema } from './schemas.ts';

export type CallView = z.input<typeof callSchema>;

interface CardHead {
  score: { percent: number | null; provisional: boolean };
  critical: { customer: number; business: number; compliance: number };
}

/** A call as a list shows it: what is known of it, and its current scores. */
export async function callView(deps: ApiDeps, call: Call): Promise<CallView> {
  const [transcript, scorecards] = await Promise.all([deps.currentTranscript(call.callId), deps.scorecards(call.callId)]);
  return {
    callId: call.callId,
    source: call.source,
    name: call.name,
    audioSha256: call.audioSha256,
    state: call.state,
    refusal: call.refusal ?? null,
    receivedAt: call.receivedAt,
    revision: call.revision,
    speakersSwapped: call.corrections.swapSpeakers ?? false,
    metadata: call.metadata,
    language: transcript?.language ?? null,
    durationMs: transcript?.durationMs ?? null,
    scores: scorecards.map(({ scorecardId, rubricId, headline, card }) => {
      const { score, critical } = card as CardHead;
      return {
        scorecardId,
        rubricId,
        headline,
        percent: score.percent,
        provisional: score.provisional,
        critical: { customer: critical.customer, business: critical.business, compliance: critical.compliance },
      };
    }),
  };
}
