import { Converter } from 'opencc-js/t2cn';

const toSimplified = Converter({ from: 't', to: 'cn' });

export const simplify = (text: string): string => toSimplified(text);
export const writtenForm = (text: string): string => text;
const short = /^(嗯+|啊|哦+|噢|对+|是+的?|好+的?|行|uh[- ]?huh|mm[- ]?hmm|yeah|yes|okay|ok|right|sure)[\p{P}\s]*$/iu;
export const isBackchannel = (text: string): boolean =>
  text
    .split(/[\p{P}\s]+/u)
    .filter((part) => part !== '')
    .every((part) => short.test(part));

export function countUnits(text: string): { characters: number; words: number; syllables: number } {
  const characters = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  const words = text.match(/[A-Za-z]+(?:'[A-Za-z]+)?|\d+/gu)?.length ?? 0;
  return { characters, words, syllables: characters + Math.round(words * 1.5) };
}
