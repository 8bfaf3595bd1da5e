/** The parts of a contracted word as places in it, and what each part says: `won't` is `will` at `wo` and `not` at `n't`. */
export interface ContractedPart {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const whole: Readonly<Record<string, readonly (readonly [string, number])[]>> = {
  // [what it says, how many letters of the word say it]
  "won't": [
    ['will', 2],
    ['not', 3],
  ],
  "can't": [
    ['can', 3],
    ['not', 2],
  ],
  "shan't": [
    ['shall', 3],
    ['not', 3],
  ],
  "ain't": [
    ['is', 2],
    ['not', 3],
  ],
  "let's": [
    ['let', 3],
    ['us', 2],
  ],
  "y'all": [
    ['you', 2],
    ['all', 3],
  ],
  cannot: [
    ['can', 3],
    ['not', 3],
  ],
  wont: [
    ['will', 2],
    ['not', 2],
  ],
  cant: [
    ['can', 2],
    ['not', 2],
  ],
  dont: [
    ['do', 2],
    ['not', 2],
  ],
  didnt: [
    ['did', 3],
    ['not', 2],
  ],
  doesnt: [
    ['does', 4],
    ['not', 2],
  ],
  isnt: [
    ['is', 2],
    ['not', 2],
  ],
  arent: [
    ['are', 3],
    ['not', 2],
  ],
  wasnt: [
    ['was', 3],
    ['not', 2],
  ],
  werent: [
    ['were', 4],
    ['not', 2],
  ],
  hasnt: [
    ['has', 3],
    ['not', 2],
  ],
  havent: [
    ['have', 4],
    ['not', 2],
  ],
  hadnt: [
    ['had', 3],
    ['not', 2],
  ],
  wouldnt: [
    ['would', 5],
    ['not', 2],
  ],
  couldnt: [
    ['could', 5],
    ['not', 2],
  ],
  shouldnt: [
    ['should', 6],
    ['not', 2],
  ],
};

const endings: readonly (readonly [RegExp, string])[] = [
  [/n't$/, 'not'],
  [/'re$/, 'are'],
  [/'ve$/, 'have'],
  [/'ll$/, 'will'],
  [/'m$/, 'am'],
];
const pronoun = /^(?:i|you|he|she|it|we|they|that|this|there|here|what|who|where|when|how|why)$/;

/** What a word says in full; undefined when it is no contraction. The word is lower case with straight apostrophes. */
export function contractedParts(word: string): readonly ContractedPart[] | undefined {
  const known = Object.hasOwn(whole, word) ? whole[word] : undefined;
  if (known !== undefined) {
    let at = 0;
    return known.map(([text, length]) => {
      const start = at;
      at += length;
      return { text, start, end: at };
    });
  }
  if (!word.includes("'")) return undefined;
  for (const [ending, text] of endings) {
    const at = word.search(ending);
    if (at > 0)
      return [
        { text: word.slice(0, at), start: 0, end: at },
        { text, start: at, end: word.length },
      ];
  }
  const stem = word.slice(0, -2);
  if (pronoun.test(stem)) {
    const text = word.endsWith("'s") ? 'is' : word.endsWith("'d") ? 'would' : undefined;
    if (text !== undefined)
      return [
        { text: stem, start: 0, end: stem.length },
        { text, start: stem.length, end: word.length },
      ];
  }
  return undefined;
}
