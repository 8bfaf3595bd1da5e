/** An exact decimal: `units` / 10^`places`, in lowest terms, so that equal values are equal objects. Both are safe integers. */
export interface Decimal {
  readonly units: number;
  readonly places: number;
}

/** Lowest terms: no trailing zero behind the point. */
export function decimal(units: number, places = 0): Decimal {
  let [u, p] = [units, places];
  while (p > 0 && u % 10 === 0) {
    u /= 10;
    p -= 1;
  }
  return { units: u, places: p };
}

/** Reads `12`, `1,234.50`, `.5`; undefined for what is no plain decimal or has more than 15 digits. */
export function readDecimal(text: string): Decimal | undefined {
  const match = /^(\d*)(?:\.(\d+))?$/.exec(text.replaceAll(',', ''));
  if (match === null || (match[1] === '' && match[2] === undefined)) return undefined;
  const digits = `${match[1]}${match[2] ?? ''}`.replace(/^0+(?=\d)/, '');
  return digits.length > 15 ? undefined : decimal(Number(digits), match[2]?.length ?? 0);
}

export const sameDecimal = (a: Decimal, b: Decimal): boolean => a.units === b.units && a.places === b.places;

/** A product with a whole number; undefined beyond safe integers. */
export function times(a: Decimal, factor: number): Decimal | undefined {
  let { units, places } = a;
  let rest = factor;
  while (places > 0 && rest % 10 === 0) {
    places -= 1;
    rest /= 10;
  }
  units *= rest;
  return Number.isSafeInteger(units) ? decimal(units, places) : undefined;
}

/** A quotient by a power of ten. */
export const shifted = (a: Decimal, places: number): Decimal => decimal(a.units, a.places + places);

/** A sum; undefined beyond safe integers. */
export function sum(a: Decimal, b: Decimal): Decimal | undefined {
  const places = Math.max(a.places, b.places);
  const units = a.units * 10 ** (places - a.places) + b.units * 10 ** (places - b.places);
  return Number.isSafeInteger(units) ? decimal(units, places) : undefined;
}

export const negative = (a: Decimal): Decimal => (a.units === 0 ? a : { units: -a.units, places: a.places });

/** Below, at or above 0 as `a` is smaller than, equal to or greater than `b`. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const places = Math.max(a.places, b.places);
  return a.units * 10 ** (places - a.places) - b.units * 10 ** (places - b.places);
}

/** `13620.5`. */
export function decimalText({ units, places }: Decimal): string {
  if (places === 0) return String(units);
  const digits = String(Math.abs(units)).padStart(places + 1, '0');
  return `${units < 0 ? '-' : ''}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}
