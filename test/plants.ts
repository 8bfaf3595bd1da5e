// Finds planted numbers in whatever a product leaves behind: objects, dumps, logs, write-ahead logs, events.

/** A number that must be nowhere. `X` may stand for its last place. */
export interface Plant {
  readonly name: string;
  readonly digits: string;
}

export interface PlantFound {
  readonly plant: string;
  readonly form: 'digits' | 'separated' | 'chinese' | 'english' | 'mixed';
  /** Where it was looked for: the text as it stands, or the words of word lists put together. */
  readonly where: 'text' | 'word list';
}

const han = new Map(
  [...'零0〇0○0洞0一1幺1壹1二2两2贰2三3叁3四4肆4五5伍5六6陆6七7柒7拐7八8捌8九9玖9勾9'].reduce<[string, string][]>(
    (pairs, character, index, all) => {
      if (index % 2 === 0) pairs.push([character, all[index + 1]!]);
      return pairs;
    },
    [],
  ),
);
const units = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const teens = ['ten', 'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'];
const tens = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const english = new Map<string, string>([
  ...units.map((word, value): [string, string] => [word, String(value)]),
  ...teens.map((word, value): [string, string] => [word, String(10 + value)]),
  ['oh', '0'],
  ['o', '0'],
  ['nought', '0'],
]);
const passed = new Set(['嗯', '呃', '啊', '额', 'um', 'uh', 'er', 'and']);
const keys = new Set([
  'text',
  'startms',
  'endms',
  'confidence',
  'words',
  'word',
  'start',
  'end',
  'probability',
  'duration',
  'channel',
  'speaker',
]);
const token = /\p{Nd}|\p{Script=Han}|[\p{L}]+|[^\p{L}\p{Nd}]+/gu;

/** Digits in the order they come, `|` where anything ends a number; beside each the way it was written. */
interface DigitStream {
  readonly digits: string;
  /** One letter a digit: a (arabic), s (arabic, with something before it), h, e. */
  readonly forms: string;
}

function digitStream(text: string, longestGap: number, wordsOnly: boolean): DigitStream {
  const digits: string[] = [];
  const forms: string[] = [];
  let gap = false;
  let times = 1;
  let tensPlace: string | undefined;
  const put = (value: string, form: string): void => {
    const all = value.repeat(times);
    digits.push(all);
    forms.push(form.repeat(all.length));
    times = 1;
    gap = false;
  };
  const settle = (): void => {
    if (tensPlace !== undefined) put(`${tensPlace}0`, 'e');
    tensPlace = undefined;
  };
  const stop = (): void => {
    settle();
    if (digits.at(-1) !== '|') {
      digits.push('|');
      forms.push('|');
    }
    times = 1;
  };
  for (const [piece] of text.matchAll(token)) {
    const lower = piece.toLowerCase();
    if (/^\p{Nd}$/u.test(piece)) {
      if (wordsOnly) continue;
      settle();
      put(piece.normalize('NFKC'), gap ? 's' : 'a');
    } else if (han.has(piece)) {
      settle();
      put(han.get(piece)!, 'h');
    } else if (piece === '叉' || lower === 'x') {
      settle();
      put('X', piece === '叉' ? 'h' : 'a');
    } else if (lower === 'double' || lower === 'triple') {
      settle();
      times = lower === 'double' ? 2 : 3;
    } else if (tens.includes(lower)) {
      settle();
      tensPlace = String(tens.indexOf(lower) + 2);
    } else if (english.has(lower)) {
      const value = english.get(lower)!;
      if (tensPlace !== undefined && value.length === 1 && value !== '0') put(tensPlace + value, 'e');
      else {
        settle();
        put(value, 'e');
      }
      tensPlace = undefined;
    } else if (/[\p{L}\p{Nd}]/u.test(piece)) {
      if (!passed.has(lower) && !(wordsOnly && keys.has(lower))) stop();
    } else if (!wordsOnly && piece.length > longestGap) stop();
    else gap = true;
  }
  settle();
  return { digits: digits.join(''), forms: forms.join('') };
}

function formOf(forms: string): PlantFound['form'] {
  if (/^h+$/.test(forms)) return 'chinese';
  if (/^e+$/.test(forms)) return 'english';
  if (/^.a*$/.test(forms) && !/[he]/.test(forms)) return 'digits';
  return /^[as]+$/.test(forms) ? 'separated' : 'mixed';
}

/**
 * The plants that can be read in bytes or text: as digits, as digits with marks between them, in any Chinese numerals, as
 * English words, also where a list of words holds one digit each. Short plants (under six digits) are looked for as words,
 * and as digits only inside quotes: three digits stand by chance in every time and hash.
 */
export function scanForPlants(bytesOrText: Uint8Array | string, plants: readonly Plant[]): PlantFound[] {
  const texts = typeof bytesOrText === 'string' ? [bytesOrText] : decoded(bytesOrText);
  const found = new Map<string, PlantFound>();
  const look = (stream: DigitStream, where: PlantFound['where'], only?: (plant: Plant) => boolean): void => {
    for (const plant of plants) {
      if (only?.(plant) === false) continue;
      for (let at = stream.digits.indexOf(plant.digits); at >= 0; at = stream.digits.indexOf(plant.digits, at + 1)) {
        const end = at + plant.digits.length;
        const form = formOf(stream.forms.slice(at, end));
        if (isShort(plant) && (form === 'digits' || form === 'separated') && where === 'text') continue;
        // A short number inside a longer one is chance.
        if (isShort(plant) && (/\d/.test(stream.digits[at - 1] ?? '') || /\d/.test(stream.digits[end] ?? ''))) continue;
        found.set(`${plant.name} ${form} ${where}`, { plant: plant.name, form, where });
      }
    }
  };
  for (const text of texts) {
    look(digitStream(text, 6, false), 'text');
    look(digitStream(text, 6, true), 'word list');
    look(digitStream(wordsOf(text), 6, false), 'word list');
    look(digitStream(quoted(text), 6, false), 'word list', isShort);
  }
  return [...found.values()];
}

const isShort = (plant: Plant): boolean => plant.digits.length < 6;

/** The values of all `text` fields, in order: what a word list says. */
const wordsOf = (text: string): string =>
  [...text.matchAll(/\\?"text\\?"\s*:\s*\\?"((?:[^"\\]|\\[^"])*)/gu)].map(([, word]) => word).join(' ');

/** Quoted texts that are no hash and no id. */
const quoted = (text: string): string =>
  [...text.matchAll(/"((?:[^"\\]|\\.){1,2000})"/gu)]
    .map(([, value]) => value!)
    .filter((value) => !/[0-9a-f]{16}/.test(value))
    .join(' | letters | ');

/** Bytes may be text, or hold text among other things; wide characters too. */
function decoded(bytes: Uint8Array): string[] {
  const texts = [new TextDecoder('utf-8').decode(bytes)];
  const wide =
    bytes.length >= 8 &&
    bytes.subarray(0, 4096).filter((byte, index) => index % 2 === 1 && byte === 0).length * 4 > Math.min(bytes.length, 4096);
  if (wide) texts.push(new TextDecoder('utf-16le').decode(bytes));
  return texts;
}
