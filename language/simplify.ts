import { Converter, Locale } from 'opencc-js/t2cn';

const converter = Converter({ from: 't', to: 'cn' });
const convert = (text: string): string => converter(text) ?? text;
const single = new Map<string, string>();

function simplifyOne(character: string): string {
  let simple = single.get(character);
  if (simple === undefined) {
    const converted = convert(character);
    simple = converted.length === character.length ? converted : character;
    single.set(character, simple);
  }
  return simple;
}

const [unknown, stays, mayChange] = [0, 1, 2];

/** By code unit: whether a text with it may become another. Nothing changes where no character of a text is one by which an entry of the tables differs. */
const changes = new Uint8Array(0x10000);
for (const group of Locale.to['cn'] ?? [])
  for (const entries of group)
    for (const entry of typeof entries === 'string' ? entries.split('|') : entries) {
      const [from = '', to = ''] = typeof entry === 'string' ? entry.split(' ') : entry;
      for (let at = 0; at < from.length; at += 1)
        if (from.length !== to.length || from[at] !== to[at]) changes[from.charCodeAt(at)] = mayChange;
    }

function changing(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x3400) continue;
    if (changes[unit] === unknown) {
      const character = text.charAt(at);
      changes[unit] = convert(character) === character ? stays : mayChange;
    }
    if (changes[unit] === mayChange) return true;
  }
  return false;
}

const han = /[\u3400-\u9fff\uf900-\ufaff]+/g;

/** Traditional Han to simplified. Every character keeps its place: the result is as long as the text. */
export function simplify(text: string): string {
  if (!changing(text)) return text;
  return text.replace(han, (run) => {
    const whole = convert(run);
    return whole.length === run.length ? whole : [...run].map(simplifyOne).join('');
  });
}
