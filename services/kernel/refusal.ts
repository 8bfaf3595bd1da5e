/** A sentence in both languages of the product. */
export interface BilingualText {
  readonly zh: string;
  readonly en: string;
}

/**
 * Why an input can never work. `code` is stable and greppable (`audio.empty`); `text` is what a person reads on the ledger.
 * Neither quotes content.
 */
export interface Refusal {
  readonly code: string;
  readonly text: BilingualText;
}

/** Thrown by an adapter whose input can never work; the stage turns it into the outcome `refused`. */
export class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal, cause?: unknown) {
    super(`${refusal.code}: ${refusal.text.en}`, { cause });
    this.name = 'Refused';
    this.refusal = refusal;
  }
}
