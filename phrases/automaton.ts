/**
 * Many token sequences found in one pass (Aho and Corasick, 1975). States and transitions lie in typed arrays: where they fit,
 * one table with the next state for every state and symbol; else the root by symbol and the rest in an open-addressed table of
 * (state, symbol) with failure links. A place where no sequence can begin is passed over by a look at small
 * tables of the first two and three codes (as Wu and Manber, 1994, pass over blocks): the large table is seldom read.
 * Tokens are 32-bit codes; equal words have equal codes, different words may collide: the caller verifies what is found.
 */
export class Automaton {
  readonly #rootNext: Int32Array;
  readonly #symbols: SymbolTable;
  readonly #keys: Float64Array;
  readonly #targets: Int32Array;
  readonly #mask: number;
  readonly #fail: Int32Array;
  /** First output of a state in `#outputs`, -1 for none; outputs are chained through the failure links by `#dictionary`. */
  readonly #outputStart: Int32Array;
  readonly #outputs: Int32Array;
  readonly #dictionary: Int32Array;
  readonly #symbolCount: number;
  /** The next state of every state for every symbol, when that is small enough. */
  readonly #table: Uint16Array | undefined;
  /** How many codes lie behind a state, up to 3. */
  readonly #depth: Uint8Array;
  readonly #beginnings: Beginnings;

  /** `sequences[i]` is found as number `i`; none may be empty. */
  constructor(sequences: readonly (readonly number[])[]) {
    const symbols = new SymbolTable(sequences);
    const symbolCount = symbols.size + 1;
    const children: Map<number, number>[] = [new Map()];
    const ends: number[][] = [[]];
    sequences.forEach((sequence, number) => {
      let state = 0;
      for (const code of sequence) {
        const symbol = symbols.of(code);
        let next = children[state]?.get(symbol);
        if (next === undefined) {
          next = children.length;
          children.push(new Map());
          ends.push([]);
          children[state]?.set(symbol, next);
        }
        state = next;
      }
      ends[state]?.push(number);
    });

    const states = children.length;
    const fail = new Int32Array(states);
    const dictionary = new Int32Array(states).fill(-1);
    const order: number[] = [...(children[0]?.values() ?? [])];
    for (let head = 0; head < order.length; head += 1) {
      const state = order[head] ?? 0;
      const back = fail[state] ?? 0;
      dictionary[state] = (ends[back]?.length ?? 0) > 0 ? back : (dictionary[back] ?? -1);
      for (const [symbol, next] of children[state] ?? []) {
        let at = back;
        while (at !== 0 && children[at]?.get(symbol) === undefined) at = fail[at] ?? 0;
        fail[next] = children[at]?.get(symbol) ?? 0;
        order.push(next);
      }
    }

    const transitions = states - 1;
    let capacity = 16;
    while (capacity < transitions * 2) capacity *= 2;
    const mask = capacity - 1;
    const keys = new Float64Array(capacity).fill(-1);
    const targets = new Int32Array(capacity);
    const rootNext = new Int32Array(symbolCount);
    children.forEach((byState, state) => {
      for (const [symbol, next] of byState) {
        if (state === 0) {
          rootNext[symbol] = next;
          continue;
        }
        const key = state * symbolCount + symbol;
        let slot = hashOf(state, symbol) & mask;
        while (keys[slot] !== -1) slot = (slot + 1) & mask;
        keys[slot] = key;
        targets[slot] = next;
      }
    });

    const outputStart = new Int32Array(states + 1);
    const outputs: number[] = [];
    ends.forEach((numbers, state) => {
      outputStart[state] = outputs.length;
      outputs.push(...numbers);
    });
    outputStart[states] = outputs.length;

    this.#rootNext = rootNext;
    this.#symbols = symbols;
    this.#keys = keys;
    this.#targets = targets;
    this.#mask = mask;
    this.#fail = fail;
    this.#outputStart = outputStart;
    this.#outputs = Int32Array.from(outputs);
    this.#dictionary = dictionary;
    this.#symbolCount = symbolCount;
    this.#table = denseTable(children, order, fail, symbolCount);
    this.#depth = new Uint8Array(states);
    for (const state of [0, ...order]) {
      for (const next of children[state]?.values() ?? []) this.#depth[next] = Math.min(3, (this.#depth[state] ?? 0) + 1);
    }
    this.#beginnings = new Beginnings(sequences);
  }

  /** Calls `found(number, end)` for each sequence that ends at code `end` (its index in `codes`), in order of ends. */
  scan(codes: Uint32Array, found: (number: number, end: number) => void): void {
    const symbols = this.#symbols;
    const rootNext = this.#rootNext;
    const fail = this.#fail;
    const outputStart = this.#outputStart;
    const dictionary = this.#dictionary;
    const table = this.#table;
    const depths = this.#depth;
    const beginnings = this.#beginnings;
    const symbolCount = this.#symbolCount;
    let state = 0;
    // What ends before this place is told: going back to where a sequence can begin tells nothing twice.
    let told = 0;
    for (let at = 0; at < codes.length; at += 1) {
      const depth = depths[state] as number;
      if (depth < 3 && (state === 0 || !beginnings.at(codes, at - depth))) {
        at = beginnings.from(codes, state === 0 ? at : at - depth + 1);
        if (at === codes.length) return;
        state = 0;
      }
      const symbol = symbols.of(codes[at] as number);
      if (symbol === 0) {
        state = 0;
        continue;
      }
      if (table === undefined) {
        let next = 0;
        while (state !== 0) {
          next = this.#next(state, symbol);
          if (next !== 0) break;
          state = fail[state] as number;
        }
        state = next === 0 ? (rootNext[symbol] as number) : next;
      } else state = table[state * symbolCount + symbol] as number;
      if (state === 0 || at < told) continue;
      told = at + 1;
      let output = state;
      do {
        const end = outputStart[output + 1] as number;
        for (let index = outputStart[output] as number; index < end; index += 1) found(this.#outputs[index] as number, at);
        output = dictionary[output] as number;
      } while (output > 0);
    }
  }

  #next(state: number, symbol: number): number {
    const key = state * this.#symbolCount + symbol;
    let slot = hashOf(state, symbol) & this.#mask;
    for (;;) {
      const found = this.#keys[slot] as number;
      if (found === key) return this.#targets[slot] as number;
      if (found === -1) return 0;
      slot = (slot + 1) & this.#mask;
    }
  }
}

/** How sequences begin, by their first three codes at most. Hashed: may say yes where none begins, never no where one does. */
class Beginnings {
  /** By the low bits of a code: whether it may be a sequence by itself. */
  readonly #alone = new Uint8Array(1024);
  /** 0: no sequence, 1: look at the third code, 2: a sequence of two. */
  readonly #pairs: Uint8Array;
  readonly #triples: Uint8Array;
  readonly #mask: number;

  constructor(sequences: readonly (readonly number[])[]) {
    let capacity = 1024;
    while (capacity < sequences.length * 16 && capacity < 1 << 20) capacity *= 2;
    this.#mask = capacity - 1;
    this.#pairs = new Uint8Array(capacity);
    this.#triples = new Uint8Array(capacity);
    for (const [first = 0, second, third] of sequences) {
      if (second === undefined) {
        this.#alone[first & 1023] = 1;
        continue;
      }
      const pair = pairHash(first, second);
      const slot = pair & this.#mask;
      this.#pairs[slot] = Math.max(this.#pairs[slot] ?? 0, third === undefined ? 2 : 1);
      if (third !== undefined) this.#triples[pairHash(pair, third) & this.#mask] = 1;
    }
  }

  /** Whether a sequence may begin at a place. */
  at(codes: Uint32Array, place: number): boolean {
    const first = codes[place] as number;
    if (this.#alone[first & 1023] === 1) return true;
    if (place + 1 >= codes.length) return false;
    const pair = pairHash(first, codes[place + 1] as number);
    const known = this.#pairs[pair & this.#mask] as number;
    if (known !== 1) return known === 2;
    return place + 2 < codes.length && this.#triples[pairHash(pair, codes[place + 2] as number) & this.#mask] === 1;
  }

  /** The first place from `place` on where one may begin; the number of codes where there is none. */
  from(codes: Uint32Array, place: number): number {
    const alone = this.#alone;
    const pairs = this.#pairs;
    const mask = this.#mask;
    let at = place;
    for (; at + 1 < codes.length; at += 1) {
      const first = codes[at] as number;
      const known = pairs[pairHash(first, codes[at + 1] as number) & mask] as number;
      if ((known | (alone[first & 1023] as number)) !== 0 && this.at(codes, at)) return at;
    }
    return at < codes.length && this.at(codes, at) ? at : codes.length;
  }
}

function pairHash(first: number, second: number): number {
  return (Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b)) >>> 11;
}

/** Entries of the largest table that is worth its memory. */
const tableLimit = 8_000_000;

function denseTable(
  children: readonly ReadonlyMap<number, number>[],
  order: readonly number[],
  fail: Int32Array,
  symbolCount: number,
): Uint16Array | undefined {
  const states = children.length;
  if (states > 0xffff || states * symbolCount > tableLimit) return undefined;
  const table = new Uint16Array(states * symbolCount);
  for (const [symbol, next] of children[0] ?? []) table[symbol] = next;
  // A state's row is that of where it fails to, with its own children over it; that row is made before.
  for (const state of order) {
    const back = (fail[state] ?? 0) * symbolCount;
    table.copyWithin(state * symbolCount, back, back + symbolCount);
    for (const [symbol, next] of children[state] ?? []) table[state * symbolCount + symbol] = next;
  }
  return table;
}

function hashOf(state: number, symbol: number): number {
  return (Math.imul(state, 0x9e3779b1) ^ Math.imul(symbol, 0x85ebca6b)) >>> 7;
}

/** Codes that occur in any sequence, numbered from 1; 0 is every other code. Characters of the basic plane by table, the rest hashed. */
class SymbolTable {
  readonly #basic = new Uint16Array(0x10000);
  readonly #keys: Float64Array;
  readonly #values: Int32Array;
  readonly #mask: number;
  readonly size: number;

  constructor(sequences: readonly (readonly number[])[]) {
    const others = new Set<number>();
    let size = 0;
    for (const sequence of sequences) {
      for (const code of sequence) {
        if (code >= 0x10000) others.add(code);
        else if (this.#basic[code] === 0) {
          size += 1;
          this.#basic[code] = size;
        }
      }
    }
    let capacity = 16;
    while (capacity < others.size * 2) capacity *= 2;
    this.#mask = capacity - 1;
    this.#keys = new Float64Array(capacity).fill(-1);
    this.#values = new Int32Array(capacity);
    for (const code of others) {
      size += 1;
      let slot = hashOf(code, 1) & this.#mask;
      while (this.#keys[slot] !== -1) slot = (slot + 1) & this.#mask;
      this.#keys[slot] = code;
      this.#values[slot] = size;
    }
    this.size = size;
  }

  of(code: number): number {
    if (code < 0x10000) return this.#basic[code] as number;
    let slot = hashOf(code, 1) & this.#mask;
    for (;;) {
      const key = this.#keys[slot] as number;
      if (key === code) return this.#values[slot] as number;
      if (key === -1) return 0;
      slot = (slot + 1) & this.#mask;
    }
  }
}

/** The code of a word: a single character of the basic plane is itself, anything else a hash (FNV-1a) above that plane. */
export function codeOf(word: string): number {
  if (word.length === 1) return word.charCodeAt(0);
  let hash = 0x811c9dc5;
  for (let index = 0; index < word.length; index += 1) hash = Math.imul(hash ^ word.charCodeAt(index), 0x01000193);
  return (hash | 0x80000000) >>> 0;
}
