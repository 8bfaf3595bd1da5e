import { runtimeStoreContract } from '../../../test/contracts/runtime-store.ts';
import type { CallGate } from '../../runtime/ports.ts';
import { MemoryRuntimeStore } from './runtime-store.ts';
import { MemoryTransactions, onRollback } from './transaction.ts';

runtimeStoreContract('in memory', async () => {
  const calls = new Map<string, { revision: number; erased: boolean; failed: string | undefined }>();
  const lines: string[] = [];
  const gate: CallGate = {
    lockForFinish: async (tx, callId) => {
      const call = calls.get(callId);
      if (call === undefined) return 'unknown';
      call.revision++;
      onRollback(tx, () => void call.revision--);
      return call.erased ? 'erased' : 'present';
    },
    erasedAmong: async (_tx, callIds) => new Set(callIds.filter((callId) => calls.get(callId)?.erased)),
    markFailed: async (_tx, callId, refusal) => {
      const call = calls.get(callId);
      if (call !== undefined) call.failed = refusal.code;
    },
  };
  const store = new MemoryRuntimeStore(new MemoryTransactions(), gate, () => Date.now());
  return {
    store,
    addCall: async (callId) => void calls.set(callId, { revision: 0, erased: false, failed: undefined }),
    eraseCall: async (callId) => void Object.assign(calls.get(callId) ?? {}, { erased: true }),
    revisionOf: async (callId) => calls.get(callId)?.revision ?? -1,
    failureOf: async (callId) => calls.get(callId)?.failed,
    note: async (tx, line) => {
      lines.push(line);
      onRollback(tx, () => void lines.splice(lines.lastIndexOf(line), 1));
    },
    notes: async () => [...lines],
    expire: async (lease) => store.expire(lease),
    ripen: async () => store.ripen(),
    stop: async () => undefined,
  };
});
