import type { ProductCore } from './product-core.ts';

/**
 * Tries again what ended without a result for a call: dead work goes on where it was, what was refused is heard afresh (with
 * another decoder, or other settings, it may work now).
 * @returns how many pieces of work; undefined when there is no such call
 */
export async function retryCall(core: Pick<ProductCore, 'calls' | 'runtime'>, callId: string): Promise<number | undefined> {
  return core.runtime.accept(async (tx) => {
    const call = await core.calls.getInside(tx, callId);
    if (call === undefined || call.state === 'erased') return { value: undefined, events: [] };
    const { replayed, refused } = await core.runtime.retry(tx, callId);
    if (refused === 0) return { value: replayed, events: [] };
    if (call.state === 'failed') await core.calls.setCallState(tx, callId, 'received');
    const { revision, audioSha256 } = call;
    return {
      value: replayed + refused,
      events: [{ type: 'calls.received', callId, data: { revision, audioSha256 } }],
    };
  });
}
