import type { ReadTurn } from './digit-runs.ts';

/** A stretch of one turn's text that is hidden. */
export interface Span {
  readonly turn: ReadTurn;
  readonly start: number;
  readonly end: number;
  readonly kind: string;
  /** 1/1000. */
  readonly confidence: number;
}

const patterns: readonly { kind: string; pattern: RegExp }[] = [
  { kind: 'email', pattern: /[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+/gu },
  { kind: 'iban', pattern: /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/gu },
  { kind: 'passport', pattern: /(?<![A-Za-z0-9])(?:[EGDSP]\d{8}|E[A-HJ-NP-Z]\d{7})(?![A-Za-z0-9])/gu },
];

/** ISO 13616: four first characters moved to the end, letters as numbers, the whole mod 97 is 1. */
function isIban(text: string): boolean {
  const compact = text.replaceAll(' ', '');
  let rest = 0;
  for (const character of compact.slice(4) + compact.slice(0, 4))
    for (const digit of String(Number.parseInt(character, 36))) rest = (rest * 10 + Number(digit)) % 97;
  return rest === 1;
}

const isReference = (turn: ReadTurn, start: number): boolean => {
  const label = turn.labels.findLast(({ end }) => end <= start);
  return label?.kind === 'reference' && start - label.end <= 24;
};

/** A password or PIN may hold letters: what is written right after its name. */
const named =
  /(?:密码|口令|pass ?word|pass ?code|\bpin)(?:\s+(?:is|was)|\s*[是为:：])\s*(?<value>(?=[A-Za-z0-9_!@#$%&*-]*\d)[A-Za-z0-9_!@#$%&*-]{4,64})/giu;

/** What written text gives away by its form: mail addresses, IBAN, passport numbers, passwords with digits in them. */
export function writtenSecrets(turns: readonly ReadTurn[]): Span[] {
  return turns.flatMap((turn) => [
    ...patterns.flatMap(({ kind, pattern }) =>
      [...turn.text.matchAll(pattern)]
        .filter((match) => (kind !== 'iban' || isIban(match[0])) && !isReference(turn, match.index))
        .map(({ index, 0: text }) => ({
          turn,
          start: index,
          end: index + text.length,
          kind,
          confidence: 950,
        })),
    ),
    ...[...turn.text.matchAll(named)].map((match) => {
      const value = match.groups!['value']!;
      const end = match.index + match[0].length;
      return { turn, start: end - value.length, end, kind: 'pin', confidence: 850 };
    }),
  ]);
}
