import type { Acceptance, CallStore } from './ports.ts';

export interface CorrectSpeakersDeps {
  readonly calls: Pick<CallStore, 'getInside' | 'updateCall'>;
  readonly acceptance: Acceptance;
}

/** `changed`: the call has another revision by now than the one that was looked at. */
export type CorrectedSpeakers =
  | { readonly revision: number; readonly changed: boolean }
  | { readonly refused: 'no-call' | 'other-revision' };

/** Undoes the transaction; never leaves this file. */
class OtherRevision extends Error {}

/**
 * Says that the speakers of a call were taken for each other, or not. The call's revision grows and everything after its
 * recording is made again; what people decided stays. Saying what was said before changes nothing.
 * @param seenRevision the revision that the person looked at; undefined takes any
 */
export async function correctSpeakers(
  { calls, acceptance }: CorrectSpeakersDeps,
  callId: string,
  swapped: boolean,
  seenRevision: number | undefined,
): Promise<CorrectedSpeakers> {
  try {
    return await acceptance.accept(async (tx): Promise<{ value: CorrectedSpeakers; events: ReceivedEvents }> => {
      const call = await calls.getInside(tx, callId);
      if (call === undefined || call.state === 'erased') return { value: { refused: 'no-call' }, events: [] };
      if (seenRevision !== undefined && call.revision !== seenRevision) throw new OtherRevision();
      if ((call.corrections.swapSpeakers ?? false) === swapped)
        return { value: { revision: call.revision, changed: false }, events: [] };
      const revision = await calls.updateCall(tx, callId, { corrections: { ...call.corrections, swapSpeakers: swapped } });
      // Somebody was faster between our look and our lock.
      if (seenRevision !== undefined && revision !== seenRevision + 1) throw new OtherRevision();
      const { audioSha256 } = call;
      return {
        value: { revision, changed: true },
        events: [{ type: 'calls.received', callId, data: { revision, audioSha256 } }],
      };
    });
  } catch (error) {
    if (error instanceof OtherRevision) return { refused: 'other-revision' };
    throw error;
  }
}

type ReceivedEvents = readonly { type: 'calls.received'; callId: string; data: Record<string, unknown> }[];
