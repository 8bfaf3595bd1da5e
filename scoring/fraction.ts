/** An exact fraction; `bottom` is above zero. Scores are computed in these and rounded once. */
export interface Fraction {
  readonly top: bigint;
  readonly bottom: bigint;
}

export const zero: Fraction = { top: 0n, bottom: 1n };

export function fraction(top: number | bigint, bottom: number | bigint = 1n): Fraction {
  return { top: BigInt(top), bottom: BigInt(bottom) };
}

export function plus(a: Fraction, b: Fraction): Fraction {
  return reduced(a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom);
}

export function times(a: Fraction, b: Fraction): Fraction {
  return reduced(a.top * b.top, a.bottom * b.bottom);
}

/** `by` must not be zero. */
export function over(a: Fraction, by: Fraction): Fraction {
  return by.top < 0n ? reduced(-a.top * by.bottom, a.bottom * -by.top) : reduced(a.top * by.bottom, a.bottom * by.top);
}

export function between(a: Fraction, least: Fraction, most: Fraction): Fraction {
  if (a.top * least.bottom < least.top * a.bottom) return least;
  if (a.top * most.bottom > most.top * a.bottom) return most;
  return a;
}

/** To the nearest whole number, halves up. */
export function roundHalfUp(a: Fraction): bigint {
  const twice = 2n * a.top + a.bottom;
  const by = 2n * a.bottom;
  const cut = twice / by;
  return twice % by < 0n ? cut - 1n : cut;
}

function reduced(top: bigint, bottom: bigint): Fraction {
  let a = top < 0n ? -top : top;
  let b = bottom;
  while (b !== 0n) [a, b] = [b, a % b];
  return a > 1n ? { top: top / a, bottom: bottom / a } : { top, bottom };
}
