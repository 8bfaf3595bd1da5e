import type { NewEvent } from '../kernel/index.ts';
import type { ProductCore } from './product-core.ts';

/**
 * Plans calls again in the low lane, in one transaction. What a call was scored by already is a duplicate and costs nothing;
 * what people decided is part of every plan and stays.
 * @returns how many of them have a transcript to score
 */
export async function scoreAgain(
  { transcripts, runtime }: Pick<ProductCore, 'transcripts' | 'runtime'>,
  callIds: readonly string[],
): Promise<number> {
  const events: NewEvent[] = [];
  for (const callId of callIds) {
    const transcript = await transcripts.current(callId);
    if (transcript !== undefined)
      events.push({
        type: 'calls.transcribed',
        callId,
        data: { transcriptId: transcript.transcriptId, transcriptHash: transcript.contentHash },
      });
  }
  if (events.length > 0) await runtime.accept(async () => ({ value: undefined, events }), { lane: 'backfill' });
  return events.length;
}
