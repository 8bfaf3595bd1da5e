import { explainExpression, type Tree } from '../phrases/index.ts';
import type { BilingualText } from '../services/kernel/index.ts';
import { apart, type Heard } from './reading.ts';
import type { Criterion, Expression, Rubric, RubricLanguage } from './rubric.ts';
import type { VerdictName } from './score.ts';
import type { Evidence, Searched } from './verdict.ts';

/** A moment of a call as people read it: 1:07, or 1:02:07. */
export function momentText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

const speakers: Readonly<Record<string, BilingualText>> = {
  agent: { zh: '坐席', en: 'the agent' },
  customer: { zh: '客户', en: 'the customer' },
  system: { zh: '语音菜单', en: 'the voice menu' },
  unknown: { zh: '有人（说话人不确定）', en: 'somebody (speaker not sure)' },
  anyone: { zh: '双方', en: 'both speakers' },
};

export function speakerText(speaker: string): BilingualText {
  return speakers[speaker] ?? { zh: '有人', en: 'somebody' };
}

/** `from the agent between 0:01 and 1:41`. */
export function searchedText({ speaker, startMs, endMs }: Searched): BilingualText {
  const who = speakerText(speaker);
  const [from, to] = [momentText(startMs), momentText(endMs)];
  return { zh: `${who.zh} ${from}–${to} 的讲话`, en: `what ${who.en} said between ${from} and ${to}` };
}

const longest = 60;

export function short(text: string, most = longest): string {
  const characters = Array.from(text.trim());
  return characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : characters.join('');
}

const meterTexts: Readonly<Record<string, BilingualText>> = {
  silence: { zh: '无人说话', en: 'nobody spoke' },
  hold: { zh: '播放等待音乐', en: 'hold music played' },
  response: { zh: '对方等待应答', en: 'the other waited for an answer' },
  overtalk: { zh: '抢话', en: 'talked over the other' },
  pace: { zh: '语速', en: 'spoke at a pace of' },
};

/** What one place of a call was, in words: `the agent said “…” at 0:31`, `nobody spoke for 20.5 s at 0:41`. */
export function saidText(heard: Heard | Evidence): BilingualText {
  const at = momentText(heard.startMs);
  const measured = 'measured' in heard ? heard.measured : undefined;
  if (measured !== undefined) {
    const what = meterTexts[measured.meter] ?? { zh: measured.meter, en: measured.meter };
    const seconds = ((heard.endMs - heard.startMs) / 1000).toFixed(1);
    const who = speakerText(heard.speaker);
    if (measured.meter === 'silence' || measured.meter === 'hold')
      return { zh: `${at} 起 ${seconds} 秒${what.zh}`, en: `at ${at} ${what.en} for ${seconds} s` };
    if (measured.meter === 'pace')
      return {
        zh: `${who.zh}在 ${at} 的语速为每分钟 ${measured.value}`,
        en: `at ${at} ${who.en} spoke at ${measured.value} a minute`,
      };
    return { zh: `${who.zh}在 ${at} ${what.zh}（${seconds} 秒）`, en: `at ${at} ${who.en} ${what.en} (${seconds} s)` };
  }
  const who = speakerText(heard.speaker);
  const text = short(heard.text);
  return { zh: `${who.zh}在 ${at} 说“${text}”`, en: `at ${at} ${who.en} said “${text}”` };
}

/** The first of several places, with how many more there are. */
export function placesText(places: readonly (Heard | Evidence)[], most = 2): BilingualText {
  const each = apart(places);
  const all = each.slice(0, most).map(saidText);
  const more = each.length - all.length;
  return {
    zh: `${all.map(({ zh }) => zh).join('，')}${more > 0 ? `，另有 ${more} 处` : ''}`,
    en: `${all.map(({ en }) => en).join(', and ')}${more > 0 ? `, and ${more} more` : ''}`,
  };
}

/** What an expression listens for, and whether that is a whole clause (a measure) or things that are said. */
export interface Wanted extends BilingualText {
  readonly clause: boolean;
}

/** What an expression listens for: some of its phrases, or its reading in plain words where it has none. */
export function wantedText(expression: Expression, lists: Rubric['lists']): Wanted {
  const [zh, en] = [wantedIn(expression, lists, 'zh'), wantedIn(expression, lists, 'en')];
  return { zh: zh.text, en: en.text, clause: zh.clause };
}

function wantedIn(expression: Expression, lists: Rubric['lists'], language: RubricLanguage): { text: string; clause: boolean } {
  const wording = 'any' in expression ? expression.any : (expression[language] ?? expression.zh ?? expression.en);
  if (wording === undefined) return { text: '', clause: false };
  const phrases = [...new Set(phrasesOf(wording.tree, lists, new Set()))];
  const zh = language === 'zh';
  if (phrases.length === 0) {
    const read = explainExpression(wording.tree, language);
    const text = read.replaceAll(/@([\p{L}\p{N}_-]+)/gu, (name: string, key: string) => {
      const [first] = inLanguage((lists[key] ?? []).map(bare), language);
      return first === undefined ? name : zh ? `${name}（如“${first}”）` : `${name} (such as “${first}”)`;
    });
    return { text, clause: true };
  }
  const some = inLanguage(phrases, language).slice(0, 3);
  const more = phrases.length > some.length;
  const text = zh
    ? `${some.map((each) => `“${each}”`).join('')}${more ? '等说法' : ''}`
    : `${some.map((each) => `“${each}”`).join(some.length === 2 ? ' or ' : ', ')}`;
  return { text, clause: false };
}

/** Those in a language, or all where there are none. */
function inLanguage(phrases: readonly string[], language: RubricLanguage): readonly string[] {
  const own = phrases.filter((phrase) => /\p{Script=Han}/u.test(phrase) === (language === 'zh'));
  return own.length > 0 ? own : phrases;
}

/** The words of a list's entry. */
function bare(entry: string): string {
  return (/^\s*~?\s*(?:0\.\d+)?\s*["“「]([^"”」]+)["”」]/u.exec(entry)?.[1] ?? entry).replace(/^\s*~\s*(?:0\.\d+)?\s*/u, '');
}

/** The phrases of an expression in their order, lists opened; not what follows a `not`. */
function phrasesOf(tree: Tree, lists: Rubric['lists'], opened: ReadonlySet<string>): readonly string[] {
  const of = (part: Tree): readonly string[] => phrasesOf(part, lists, opened);
  switch (tree.kind) {
    case 'phrase':
      return [tree.text];
    case 'list': {
      if (opened.has(tree.name)) return [];
      return (lists[tree.name] ?? []).filter((entry) => !/^\s*[@#]/u.test(entry)).map(bare);
    }
    case 'or':
    case 'and':
      return tree.parts.flatMap(of);
    case 'pick':
    case 'scoped':
    case 'count':
    case 'kinds':
      return of(tree.of);
    case 'join':
      return [tree.first, ...tree.rest.map(({ part }) => part)].flatMap(of);
    case 'outside':
      return of(tree.first);
    case 'notjoin':
      return of(tree.left);
    default:
      return [];
  }
}

const verdictTexts: Readonly<Record<VerdictName, BilingualText>> = {
  met: { zh: '符合', en: 'met' },
  unmet: { zh: '不符合', en: 'not met' },
  not_applicable: { zh: '不适用', en: 'does not apply' },
  needs_review: { zh: '需要人工判定', en: 'a person must decide' },
};

/** The one sentence of a verdict: what was asked, what the answer is, and because of what. */
export function reasonText(criterion: Criterion, rubric: Rubric, verdict: VerdictName, because: BilingualText): BilingualText {
  const asked = askedText(criterion, rubric);
  const word = verdictTexts[verdict];
  return { zh: `“${asked.zh}”${word.zh}：${because.zh}。`, en: `“${asked.en}” – ${word.en}: ${because.en}.` };
}

/** What a criterion asks, in words; made from its parts where the rubric gives no question. */
export function askedText(criterion: Criterion, rubric: Rubric): BilingualText {
  if (criterion.question !== undefined) return criterion.question;
  if (criterion.judge !== undefined) return { zh: criterion.judge.question, en: criterion.judge.question };
  if (criterion.script !== undefined) {
    const title = rubric.scripts[criterion.script]?.title ?? { zh: criterion.script, en: criterion.script };
    return { zh: `是否按话术说明：${title.zh}`, en: `Was the script followed: ${title.en}` };
  }
  if (criterion.metWhen !== undefined) {
    const wanted = wantedText(criterion.metWhen, rubric.lists);
    return { zh: `${criterion.id}：要有${wanted.zh}`, en: `${criterion.id}: wanted is ${wanted.en}` };
  }
  if (criterion.unmetWhen !== undefined) {
    const wanted = wantedText(criterion.unmetWhen, rubric.lists);
    return { zh: `${criterion.id}：不应有${wanted.zh}`, en: `${criterion.id}: there should be no ${wanted.en}` };
  }
  return { zh: criterion.id, en: criterion.id };
}
