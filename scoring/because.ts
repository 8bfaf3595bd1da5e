import type { BilingualText } from '../services/kernel/index.ts';
import type { Order, Situation } from './decide.ts';
import { momentText, placesText, saidText, searchedText, type Wanted, wantedText } from './explain.ts';
import type { Kleene } from './kleene.ts';
import type { Reading } from './reading.ts';
import type { ScriptReading } from './script-reading.ts';

const nothing: Wanted = { zh: '', en: '', clause: false };

/** Why a criterion does not apply. */
export function notApplicableBecause({ criterion, rubric }: Situation, applies: Reading): BilingualText {
  const where = searchedText(applies.searched);
  const wanted = criterion.appliesWhen === undefined ? nothing : wantedText(criterion.appliesWhen, rubric.lists);
  return absentText(wanted, where, { zh: '', en: '' }, applies);
}

function absentText(wanted: Wanted, where: BilingualText, aside: BilingualText, { searched }: Reading): BilingualText {
  const [from, to] = [momentText(searched.startMs), momentText(searched.endMs)];
  return wanted.clause
    ? {
        zh: `${from}–${to} 之间没有这样的情况：${wanted.zh}${aside.zh}`,
        en: `nowhere between ${from} and ${to}: ${wanted.en}${aside.en}`,
      }
    : {
        zh: `在${where.zh}里没有出现${wanted.zh}${aside.zh}`,
        en: `in ${where.en} there was nothing like ${wanted.en}${aside.en}`,
      };
}

/** Why a criterion that applies is met, unmet or in doubt. */
export function applyingBecause(situation: Situation, unmet: Reading | undefined, done: Kleene, order: Order): BilingualText {
  const parts: Because[] = [];
  const { met, script } = situation;
  if (met !== undefined) parts.push(metBecause(situation, met));
  if (script !== undefined) parts.push(scriptBecause(script));
  if (met === undefined && script === undefined && situation.criterion.judge !== undefined) parts.push(judgeBecause(situation));
  if (order === 'broken' || order === 'doubtful') parts.push(orderBecause(situation, order));
  if (unmet !== undefined) parts.push(unmetBecause(situation, unmet));
  const telling = done === 'no' ? parts.filter(({ against }) => against === true) : parts;
  const chosen = telling.length > 0 ? telling : parts;
  if (chosen.length === 0) return { zh: '没有相反的情况', en: 'nothing speaks against it' };
  return { zh: chosen.map(({ zh }) => zh).join('；'), en: chosen.map(({ en }) => en).join('; ') };
}

/** A part of the reason; `against`: it says why something was not met, and then only such parts are shown. */
interface Because extends BilingualText {
  readonly against?: true;
}

function blame(text: BilingualText): Because {
  return { ...text, against: true };
}

function metBecause({ criterion, rubric }: Situation, met: Reading): Because {
  if (met.value === 'yes' && met.sure.length > 0) return placesText(met.sure);
  const wanted = criterion.metWhen === undefined ? nothing : wantedText(criterion.metWhen, rubric.lists);
  const where = searchedText(met.searched);
  if (met.value === 'yes') return { zh: `在${where.zh}里符合要求：${wanted.zh}`, en: `${where.en} is as wanted: ${wanted.en}` };
  if (met.value === 'no' && met.against.length > 0) {
    const places = placesText(met.against);
    if (wanted.clause) return blame(places);
    return blame({
      zh: `没有按要求听到${wanted.zh}；${places.zh}`,
      en: `nothing like ${wanted.en} was heard as asked; ${places.en}`,
    });
  }
  if (met.value === 'no')
    return blame({ zh: `在${where.zh}里没有听到${wanted.zh}`, en: `in ${where.en} nothing like ${wanted.en} was heard` });
  if (met.onlyUnintelligible) {
    const [first] = met.unintelligible;
    const at = first === undefined ? '' : momentText(first.startMs);
    return {
      zh: `没有听到${wanted.zh}，但 ${at} 起有一段听不清`,
      en: `nothing like ${wanted.en} was heard, but from ${at} on something could not be understood`,
    };
  }
  const places = placesText(met.possible);
  const why = met.possible[0]?.why ?? { zh: '', en: '' };
  return { zh: `可能做到了：${places.zh}（${why.zh}）`, en: `it may have been done: ${places.en} (${why.en})` };
}

function unmetBecause({ criterion, rubric }: Situation, unmet: Reading): Because {
  if (unmet.value === 'yes' && unmet.sure.length > 0) return blame(placesText(unmet.sure));
  const wanted = criterion.unmetWhen === undefined ? nothing : wantedText(criterion.unmetWhen, rubric.lists);
  const where = searchedText(unmet.searched);
  if (unmet.value === 'yes')
    return blame({ zh: `${where.zh}出现了不应有的情况：${wanted.zh}`, en: `${where.en} shows what should not be: ${wanted.en}` });
  if (unmet.value === 'perhaps' && unmet.possible.length === 0) {
    const aside = asideText(unmet);
    return {
      zh: `不能确定是否出现这样的情况：没有${wanted.zh}${aside.zh}`,
      en: `whether this happened is not sure: ${wanted.en} was not heard${aside.en}`,
    };
  }
  if (unmet.value === 'perhaps') {
    const places = placesText(unmet.possible);
    const why = unmet.possible[0]?.why ?? { zh: '', en: '' };
    return {
      zh: `可能出现了不应有的情况：${places.zh}（${why.zh}）`,
      en: `this may be what should not be: ${places.en} (${why.en})`,
    };
  }
  const aside = asideText(unmet);
  return absentText(wanted, where, aside, unmet);
}

/** What came near and did not count, and what nobody could understand: noted beside a verdict that it does not change. */
function asideText({ nearMisses, unintelligible }: Reading): BilingualText {
  const [near] = nearMisses;
  const [unclear] = unintelligible;
  if (near !== undefined) {
    const said = saidText({ ...near, score: 0, of: 'unmet_when' });
    return { zh: `（${said.zh}，${near.why.zh}）`, en: ` (${said.en}: ${near.why.en})` };
  }
  if (unclear === undefined) return { zh: '', en: '' };
  const at = momentText(unclear.startMs);
  return { zh: `（${at} 起有一段听不清）`, en: ` (from ${at} on something could not be understood)` };
}

function scriptBecause(script: ScriptReading): Because {
  const troubled = script.steps.filter(
    ({ trouble, value }) => trouble !== undefined && (value === script.value || value === 'no'),
  );
  if (script.value === 'yes' || troubled.length === 0) {
    const percent = Math.round(script.completeness * 100);
    const places = placesText(script.steps.flatMap(({ evidence }) => evidence));
    return {
      zh: `各步骤都按要求说到（完整度 ${percent}%）：${places.zh}`,
      en: `every step was said as asked (${percent}% complete): ${places.en}`,
    };
  }
  const texts = troubled.slice(0, 4).map(({ trouble }) => trouble ?? { zh: '', en: '' });
  const text = { zh: texts.map(({ zh }) => zh).join('；'), en: texts.map(({ en }) => en).join('; ') };
  return script.value === 'no' ? blame(text) : text;
}

function judgeBecause({ judge }: Situation): BilingualText {
  return judge === undefined
    ? { zh: '还没有询问评审模型', en: 'the judge has not been asked yet' }
    : { zh: '没有配置评审模型，这一项机器不能判定', en: 'no judge is configured, and rules cannot decide this' };
}

function orderBecause(situation: Situation, order: 'broken' | 'doubtful'): Because {
  const thing = situation.mustComeBefore;
  const first = thing === undefined ? [] : [...thing.sure, ...thing.possible].sort((a, b) => a.startMs - b.startMs).slice(0, 1);
  const place = placesText(first);
  return order === 'broken'
    ? blame({ zh: `说得太晚：在此之前${place.zh}`, en: `it came too late: before it ${place.en}` })
    : { zh: `先后次序不确定：${place.zh}`, en: `whether it came in time is not sure: ${place.en}` };
}
