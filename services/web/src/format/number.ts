/** `12,184`. */
export const count = (value: number): string => value.toLocaleString('en-US');

/** `88.0`: a score of 100, one decimal; a dash where there is none. */
export const score = (percent: number | null | undefined): string =>
  percent === null || percent === undefined ? '–' : (Math.round(percent * 10) / 10).toFixed(1);

/** `93.9%` of `whole`; a dash of nothing. */
export function share(part: number, whole: number, digits = 1): string {
  return whole === 0 ? '–' : `${((part * 100) / whole).toFixed(digits)}%`;
}
