/** Whether a phrase is empty after normalising: punctuation says nothing. */
export function saysNothing(text: string): boolean {
  return !/[\p{L}\p{N}]/u.test(text.normalize('NFKC'));
}
