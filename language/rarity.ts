import { englishWord } from './english-words.ts';
import { fillers } from './fillers.ts';
import table from './tables/han.json' with { type: 'json' };
import type { Token } from './tokens.ts';

const hanHalfBits = new Map<string, number>();

/** Half bits of what the table does not hold: as rare as it knows. */
const unknownHan = 40;
const unknownEnglish = 48;

/** Said on every call, and rare in what is printed. */
const everyCall: ReadonlySet<string> = new Set('您请问吗呢吧喂嘛呀哈啦咱谢帮');
const everyEnglishCall: ReadonlySet<string> = new Set(
  'hello hi okay ok yeah yes please thank thanks sorry sir madam bye goodbye'.split(' '),
);
const callHalfBits = 14;
/** Particles: a quarter of a usual character. */
const particles: ReadonlySet<string> = new Set('了吗吧呢的啊呀嘛么啦');

function halfBitsOf(kind: 'han' | 'word', text: string): number {
  if (kind === 'word') {
    const known = englishWord(text)?.halfBits ?? unknownEnglish;
    return everyEnglishCall.has(text) ? Math.min(known, callHalfBits) : known;
  }
  if (hanHalfBits.size === 0)
    table.halfBits.forEach((characters, rarity) => {
      for (const character of characters) hanHalfBits.set(character, rarity);
    });
  const known = hanHalfBits.get(text) ?? unknownHan;
  return everyCall.has(text) ? Math.min(known, callHalfBits) : known;
}

/**
 * What a word weighs for telling one sentence from another, in thousandths: 150 for each bit of its rarity in print over four
 * (300 for `the`, 975 for 收, 1,125 for `account`), between 300 and 1,500. Particles (了 吗 吧 呢 的) weigh 250, a number or a
 * redacted word 1,200, a filler nothing.
 */
export function wordWeight(token: Pick<Token, 'kind' | 'text'>): number {
  if (fillers.has(token.text)) return 0;
  if (particles.has(token.text)) return 250;
  if (token.kind === 'number' || token.kind === 'redacted') return 1200;
  return Math.max(300, Math.min(1500, 75 * (halfBitsOf(token.kind, token.text) - 8)));
}
