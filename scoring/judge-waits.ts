import type { Tx } from '../services/kernel/index.ts';

export interface WaitingCall {
  readonly callId: string;
  readonly missed: number;
}

/** Calls that were scored while a judge was away: they are asked about again when it is back. */
export interface JudgeWaits {
  /** How often a judge was missed for a call; 0 for most. Part of its recipe: asking again is another scoring, with another result. */
  missed(callId: string): Promise<number>;
  /** It was missed for the `times`-th time, and the call waits. A repeat is a no-op. */
  wait(tx: Tx, callId: string, times: number): Promise<void>;
  /** The call waits no more; how often it was missed stays. */
  answered(tx: Tx, callId: string): Promise<void>;
  /** Calls that wait, the longest first, `limit` at most. */
  waiting(limit: number): Promise<readonly WaitingCall[]>;
  /** Forgets a call. */
  erase(tx: Tx, callId: string): Promise<void>;
}
