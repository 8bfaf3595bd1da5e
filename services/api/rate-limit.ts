import { SetMetadata } from '@nestjs/common';

export const costKey = 'plumbline:cost';

/** So many requests at once, and so many more a second, from one address. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

export const rates = {
  // Behind a proxy everybody has one address: the rates are for a whole floor of people, and against what runs away.
  /** Reads many rows, or computes for long. */
  heavy: { burst: 200, perSecond: 20 },
  /** At every keystroke of whoever writes. */
  typing: { burst: 400, perSecond: 100 },
  /** Guessing a token. */
  guess: { burst: 10, perSecond: 0.2 },
} as const satisfies Record<string, Rate>;
export type Cost = keyof typeof rates;

/** What a route costs; one without it is as cheap as a read of one row. */
export const Costs = (cost: Cost): MethodDecorator => SetMetadata(costKey, cost);

const mostAddresses = 10_000;

/** A bucket for each address and cost, that fills with time. */
export class RateLimiter {
  readonly #buckets = new Map<string, { left: number; at: number }>();

  /** Takes one from the bucket. 0: taken; else milliseconds until there is one again. */
  take(address: string, cost: Cost, now: number): number {
    const { burst, perSecond } = rates[cost];
    const key = `${cost} ${address}`;
    const bucket = this.#buckets.get(key) ?? { left: burst, at: now };
    const left = Math.min(burst, bucket.left + (Math.max(0, now - bucket.at) / 1000) * perSecond);
    // Those that asked longest ago come first: they are full again and can be forgotten.
    this.#buckets.delete(key);
    this.#buckets.set(key, { left: left >= 1 ? left - 1 : left, at: now });
    if (this.#buckets.size > mostAddresses) this.#buckets.delete(this.#buckets.keys().next().value ?? '');
    return left >= 1 ? 0 : Math.ceil(((1 - left) / perSecond) * 1000);
  }
}
