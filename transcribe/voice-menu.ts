import { textOf } from './heard-word.ts';
import type { Utterance } from './turns.ts';

const menuChoice =
  /请?(按|拨)\s*(零|一|二|三|四|五|六|七|八|九|幺|\d|星号?|井号?|#|\*)|(普通话|人工|英语|中文)(服务)?请按|(press|dial|select)\s+(zero|one|two|three|four|five|six|seven|eight|nine|star|pound|hash|\d)|for (english|mandarin|chinese|cantonese)[,.]? press/giu;
const menuGreeting =
  /(欢迎致电|欢迎使用|您好[，,]?欢迎).{0,30}(请按|拨打)|(welcome to|thank you for calling).{0,80}(press|please (hold|listen|select))|please listen carefully|menu options have changed|(您|你)的通话可能(会)?被录音.{0,20}请按/iu;

/**
 * Which turns a voice menu speaks: prompts that offer keys ("press one", 请按一), before a person has talked to a person. An
 * agent who later tells a caller which key to press is no menu.
 */
export function menuTurns(utterances: readonly Utterance[]): boolean[] {
  const menu = utterances.map(() => false);
  let people = 0;
  for (const [i, each] of utterances.entries()) {
    if (people >= 2) break;
    const text = textOf(each.words);
    const choices = text.match(menuChoice)?.length ?? 0;
    if (choices >= 2 || (choices === 1 && menuGreeting.test(text)) || (choices === 1 && people === 0 && i === 0)) menu[i] = true;
    else people += 1;
  }
  return menu;
}
