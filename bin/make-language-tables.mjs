// Makes the frozen tables from their sources: `node bin/make-language-tables.mjs FOLDER`, where FOLDER holds the unpacked source
// distributions jieba-0.42.1 (MIT) and wordsegment-1.3.1 (Apache-2.0); pronunciations come from cmu-pronouncing-dictionary.
// Run by hand when the tables are to change; what it writes is checked in, and its hash is part of every recipe.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dictionary } from 'cmu-pronouncing-dictionary';

const here = join(dirname(dirname(fileURLToPath(import.meta.url))), 'language', 'tables');
const sources = process.argv[2];
if (sources === undefined) throw new Error('name the folder with the unpacked sources');

const mostBits = 24;
const halfBits = (count, total) => Math.min(mostBits * 2, Math.round(-2 * Math.log2(count / total)));

// Han characters by how often words hold them, in groups of equal rarity: place in the list = half bits.
const han = new Map();
for (const line of readFileSync(join(sources, 'jieba-0.42.1/jieba/dict.txt'), 'utf8').split('\n')) {
  const [word, count] = line.split(' ');
  if (count === undefined) continue;
  for (const character of word)
    if (/^\p{Script=Han}$/u.test(character)) han.set(character, (han.get(character) ?? 0) + Number(count));
}
const hanTotal = [...han.values()].reduce((sum, count) => sum + count, 0);
const hanGroups = Array.from({ length: mostBits * 2 + 1 }, () => '');
for (const [character, count] of [...han].toSorted(([a], [b]) => (a < b ? -1 : 1)))
  hanGroups[halfBits(count, hanTotal)] += character;

// English words by how often they are written; the most frequent of those with a known pronunciation, and the most frequent at all.
const english = readFileSync(join(sources, 'wordsegment-1.3.1/wordsegment/unigrams.txt'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split('\t'))
  .map(([word, count]) => [word, Number(count)]);
const englishTotal = english.reduce((sum, [, count]) => sum + count, 0);
const counts = new Map(english);
const phones = 'AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH'.split(' ');
const codes = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLM';
const code = new Map(phones.map((phone, index) => [phone, codes[index]]));
const spelt = (word) => {
  const said = dictionary[word];
  return said === undefined
    ? ''
    : said
        .split(' ')
        .map((phone) => code.get(phone.replace(/\d/, '')))
        .join('');
};
const chosen = new Map();
english.slice(0, 110_000).forEach(([word, count], rank) => {
  const said = spelt(word);
  if (/^[a-z]+$/.test(word) && (said !== '' || rank < 15_000)) chosen.set(word, [said, halfBits(count, englishTotal)]);
});
for (const word of Object.keys(dictionary))
  if (/^[a-z]+'[a-z]+$/.test(word) && !word.endsWith("'s"))
    chosen.set(word, [spelt(word), halfBits(counts.get(word.replace("'", '')) ?? 1000, englishTotal)]);
const buckets = {};
for (const [word, [said, rarity]] of [...chosen].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
  const bucket = word.slice(0, 2);
  (buckets[bucket] ??= []).push(`${word.slice(2)} ${String.fromCharCode(48 + rarity)}${said}`);
}
const tables = {
  han: { halfBits: hanGroups },
  english: {
    phones: phones.join(' '),
    codes,
    words: Object.fromEntries(Object.entries(buckets).map(([key, list]) => [key, list.join(',')])),
  },
};
for (const [name, table] of Object.entries(tables)) writeFileSync(join(here, `${name}.json`), `${JSON.stringify(table)}\n`);
const hash = createHash('sha256');
for (const name of Object.keys(tables)) hash.update(readFileSync(join(here, `${name}.json`)));
writeFileSync(join(here, 'hash.json'), `${JSON.stringify({ sha256: hash.digest('hex') })}\n`);
console.log(`${chosen.size} English words, ${han.size} Han characters`);
