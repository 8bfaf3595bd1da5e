import { Converter } from 'opencc-js/t2cn';

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

const han = /[\u3400-\u9fff\uf900-\ufaff]+/g;

/** Traditional Han to simplified. Every character keeps its place: the result is as long as the text. */
export function simplify(text: string): string {
  return text.replace(han, (run) => {
    const whole = convert(run);
    return whole.length === run.length ? whole : [...run].map(simplifyOne).join('');
  });
}
