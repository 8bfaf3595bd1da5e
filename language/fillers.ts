/** Sounds that carry no word, as tokens. A phrase steps over them. */
export const fillers: ReadonlySet<string> = new Set([
  ...'嗯啊呃唔哎诶欸唉噢哦喔呣',
  ...'um umm uh uhh uhm er erm hm hmm mm mmm mhm mmhmm huh ah eh oh'.split(' '),
]);

/** Written for a filler by a recogniser, and a filler only where it stands alone. */
const fillersAlone: ReadonlySet<string> = new Set(['额', '恩', '阿']);

/** Whether a normalised token is a filler. `alone`: no Han character touches it. */
export function isFiller(token: string, alone = false): boolean {
  return fillers.has(token) || (alone && fillersAlone.has(token));
}
