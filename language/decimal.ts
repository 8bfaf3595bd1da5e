/** An exact decimal: `units` / 10^`places`, in lowest terms, so that equal values are equal objects. */
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

/** Reads `12`, `1,234.50`; undefined for what is no plain decimal or has more than 15 digits. */
export function readDecimal(text: string): Decimal | undefined {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text.replaceAll(',', ''));
  if (match === null) return undefined;
  const digits = `${match[1]}${match[2] ?? ''}`.replace(/^0+(?=\d)/, '');
  return digits.length > 15 ? undefined : decimal(Number(digits), match[2]?.length ?? 0);
}

export const sameDecimal = (a: Decimal, b: Decimal): boolean => a.units === b.units && a.places === b.places;

export function times(a: Decimal, factor: number): Decimal {
  return decimal(a.units * factor, a.places);
}

export function sum(a: Decimal, b: Decimal): Decimal {
  const places = Math.max(a.places, b.places);
  return decimal(a.units * 10 ** (places - a.places) + b.units * 10 ** (places - b.places), places);
}

/** `13620.5`. */
export function decimalText({ units, places }: Decimal): string {
  if (places === 0) return String(units);
  const digits = String(units).padStart(places + 1, '0');
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}
