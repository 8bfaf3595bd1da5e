import table from './tables/english.json' with { type: 'json' };

/** What the frozen table knows of an English word. */
export interface EnglishWord {
  /** ARPAbet without stress; empty where its pronunciation is not known. */
  readonly phones: readonly Phone[];
  /** -log2 of how often it is written, in half bits. */
  readonly halfBits: number;
}

/** A sound of English, in ARPAbet without stress: `AA`, `B`, … */
export type Phone = string;

const phoneOf: ReadonlyMap<string, Phone> = new Map(
  table.phones.split(' ').map((phone, index) => [table.codes[index] ?? '', phone]),
);
export const phoneNames: readonly Phone[] = table.phones.split(' ');
const buckets: Readonly<Record<string, string>> = table.words;
const opened = new Map<string, ReadonlyMap<string, string>>();

/** A word in lower case; undefined for what the table does not hold. */
export function englishWord(word: string): EnglishWord | undefined {
  const key = word.slice(0, 2);
  let bucket = opened.get(key);
  if (bucket === undefined) {
    const packed = Object.hasOwn(buckets, key) ? (buckets[key] ?? '') : '';
    bucket = new Map(packed.split(',').map((entry) => [entry.slice(0, entry.indexOf(' ')), entry.slice(entry.indexOf(' ') + 1)]));
    opened.set(key, bucket);
  }
  const found = bucket.get(word.slice(2));
  if (found === undefined || found === '') return undefined;
  return { phones: [...found.slice(1)].map((code) => phoneOf.get(code) ?? ''), halfBits: found.charCodeAt(0) - 48 };
}
