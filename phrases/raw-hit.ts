import type { Setting } from './found.ts';
import type { Doubt, Guard } from './why.ts';

/** A phrase found in a run, before any scope: words `from` to `to`, both included. */
export interface RawHit {
  readonly run: number;
  readonly from: number;
  readonly to: number;
  /** 0 to 1000. */
  readonly score: number;
  /** Of a tolerant phrase. */
  readonly floor: number | undefined;
  readonly setting: Setting;
  readonly doubts: readonly Doubt[];
  /** Set: it is none, and this is why. */
  readonly guard: Guard | undefined;
}
