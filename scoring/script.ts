import type { PreparedTranscript } from '../phrases/index.ts';
import type { BilingualText } from '../services/kernel/index.ts';
import type { Transcript, Turn } from '../transcribe/index.ts';
import { answerOf } from './customer-answer.ts';
import { momentText, short } from './explain.ts';
import { both, type Kleene } from './kleene.ts';
import type { Reading } from './reading.ts';
import type { RubricLanguage, Script, ScriptStep } from './rubric.ts';
import type { AnswerState, ScriptReading, StepAnswer, StepFinding, StepState } from './script-reading.ts';
import { type StepMatch, stepMatches, withoutBorrowedNegators } from './step-match.ts';
import type { Evidence, Searched } from './verdict.ts';

export interface ScriptContext {
  readonly prepared: PreparedTranscript;
  readonly transcript: Transcript;
  /** Of the call, those that the rubric has wording for. */
  readonly languages: readonly RubricLanguage[];
  readonly whole: Searched;
  /** What the step's other way of being heard says of the call. */
  readonly heardWhen: (step: string) => Reading | undefined;
}

/** Thousandths from which a step is said, and partly said. */
const floors = { verbatim: { said: 900, partly: 500 }, meaning: { said: 700, partly: 600 } } as const;

/** A step with all places in which something like it was said. */
interface Sought {
  readonly step: ScriptStep;
  readonly should: string;
  readonly worded: boolean;
  readonly matches: readonly StepMatch[];
}

/**
 * Reads a script in a call: all steps are aligned together as one monotone chain (each place serves one step, later steps lie
 * later), of all chains the one in which most was said. What is said outside the chain is out of place; order, time, speaker
 * and the customer's own answers count.
 */
export function readScript(script: Script, context: ScriptContext): ScriptReading {
  const sought = script.steps.map((step) => seek(step, script, context));
  const chosen = script.inOrder ? chain(sought, script) : eachAtItsBest(sought, script);
  const places = sought
    .map((each, index) => chosen[index] ?? elsewhere(each, chosen, script))
    .map((match, _, all) => withoutBorrowedNegators(match, all));
  const steps = sought.map((each, index) => {
    const match = places[index];
    const inPlace = chosen[index] !== undefined;
    return findingOf(each, match, inPlace, script, context, nextPlace(places, index));
  });
  const required = steps.filter((step) => step.required || step.state === 'said');
  const strict = required.map((step) => step.value).reduce<Kleene>(both, 'yes');
  const value = strict === 'no' && forPeople(script, steps) ? 'perhaps' : strict;
  return { value, completeness: completenessOf(steps), steps, doneMs: doneMoments(steps) };
}

/**
 * Whether only missed steps speak against it, some of it was said, and the rubric leaves such to a person. Asking whether all
 * is understood says nothing of it, where there are statements.
 */
function forPeople(script: Script, steps: readonly StepFinding[]): boolean {
  if (script.whenIncomplete !== 'needs_review') return false;
  const against = steps.filter(({ value }) => value === 'no');
  const plain = script.steps.filter((step) => step.customerAnswers === undefined);
  const statements = new Set((plain.length > 0 ? plain : script.steps).map(({ id }) => id));
  const something = steps.some(({ id, state }) => statements.has(id) && (state === 'said' || state === 'partly'));
  return something && against.every(({ state }) => state === 'missed');
}

function seek(step: ScriptStep, script: Script, context: ScriptContext): Sought {
  const variants = context.languages.flatMap((language) => step.say[language].map((text) => ({ text, language })));
  const heard = context.heardWhen(step.id);
  const found = variants.flatMap(({ text }) => stepMatches(context.prepared, text, floors[script.wording].partly));
  const other = heard === undefined ? [] : heardMatches(heard, floors[script.wording].said);
  const [first] = variants;
  const least = floors[script.wording].partly;
  return {
    step,
    should: first?.text ?? step.say.zh[0] ?? step.say.en[0] ?? step.title?.zh ?? step.id,
    worded: variants.length > 0 || heard !== undefined,
    matches: [...found, ...other]
      .filter(({ score }) => score >= least)
      .sort((a, b) => a.startMs - b.startMs || b.score - a.score),
  };
}

function heardMatches(heard: Reading, said: number): readonly StepMatch[] {
  const toMatch =
    (sure: boolean) =>
    (each: Reading['sure'][number]): StepMatch => ({
      wording: undefined,
      turnId: each.turnId,
      speaker: each.speaker,
      speakerSure: true,
      startMs: each.startMs,
      endMs: each.endMs,
      text: each.text,
      score: sure ? 1000 : said - 1,
      guard: undefined,
      doubtful: false,
      tokens: [],
    });
  return [...heard.sure.map(toMatch(true)), ...heard.possible.map(toMatch(false))];
}

/** What a place is worth to a step: what was said of it; little where somebody else said it. */
function worth(match: StepMatch, step: ScriptStep, script: Script): number {
  if (match.speaker === step.speaker || match.speaker === 'unknown')
    return match.guard !== undefined ? Math.floor(match.score / 2) : match.score;
  return match.score >= floors[script.wording].said ? Math.floor(match.score / 4) : 0;
}

interface Link {
  readonly total: number;
  readonly match: StepMatch | undefined;
  readonly before: Link | undefined;
  readonly endMs: number;
}

/** The monotone chain of the greatest worth; of equal ones the earliest. Steps of no worth stay empty. */
function chain(sought: readonly Sought[], script: Script): readonly (StepMatch | undefined)[] {
  const start: Link = { total: 0, match: undefined, before: undefined, endMs: -1 };
  let links: readonly Link[] = [start];
  for (const { step, matches } of sought) {
    const next: Link[] = links.map((before) => ({ total: before.total, match: undefined, before, endMs: before.endMs }));
    for (const match of matches) {
      const value = worth(match, step, script);
      if (value === 0) continue;
      for (const before of links) {
        if (before.endMs > match.startMs) continue;
        next.push({ total: before.total + value, match, before, endMs: match.endMs });
      }
    }
    links = frontier(next);
  }
  const best = links.reduce((a, b) => (b.total > a.total ? b : a), start);
  const chosen: (StepMatch | undefined)[] = [];
  for (let link: Link | undefined = best; link !== undefined && link !== start; link = link.before) chosen.unshift(link.match);
  return chosen;
}

/** Links that no other beats: more said by the same moment, or as much said earlier. */
function frontier(links: readonly Link[]): readonly Link[] {
  const kept: Link[] = [];
  let most = -1;
  for (const link of [...links].sort((a, b) => a.endMs - b.endMs || b.total - a.total)) {
    if (link.total <= most) continue;
    most = link.total;
    kept.push(link);
  }
  return kept;
}

/** Where order does not matter: the most worthy places first, each place for one step. */
function eachAtItsBest(sought: readonly Sought[], script: Script): readonly (StepMatch | undefined)[] {
  const all = sought
    .flatMap(({ step, matches }, index) => matches.map((match) => ({ index, match, value: worth(match, step, script) })))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value || a.match.startMs - b.match.startMs || a.index - b.index);
  const chosen: (StepMatch | undefined)[] = sought.map(() => undefined);
  for (const { index, match } of all) {
    if (chosen[index] === undefined && !chosen.some((other) => other !== undefined && overlaps(other, match)))
      chosen[index] = match;
  }
  return chosen;
}

/** One sentence cannot be two wordings; what an expression heard takes nothing from another step. */
function overlaps(a: StepMatch, b: StepMatch): boolean {
  if (a.wording === undefined || b.wording === undefined) return false;
  return a.startMs < b.endMs && b.startMs < a.endMs;
}

/** A step that has no place in the chain but was said all the same. */
function elsewhere({ step, matches }: Sought, chosen: readonly (StepMatch | undefined)[], script: Script): StepMatch | undefined {
  const { said } = floors[script.wording];
  return matches
    .filter((match) => match.score >= said && match.guard === undefined && match.speaker === step.speaker)
    .find((match) => !chosen.some((other) => other !== undefined && overlaps(other, match)));
}

function nextPlace(places: readonly (StepMatch | undefined)[], index: number): number {
  const from = places[index]?.endMs ?? 0;
  const later = places.flatMap((place, at) =>
    at !== index && place !== undefined && place.startMs >= from ? [place.startMs] : [],
  );
  return later.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...later);
}

function findingOf(
  { step, should, worded }: Sought,
  match: StepMatch | undefined,
  inPlace: boolean,
  script: Script,
  context: ScriptContext,
  nextMs: number,
): StepFinding {
  const base = { id: step.id, required: step.required, should: match?.wording ?? should };
  if (!worded) {
    const trouble = { zh: `“${step.id}”没有通话所用语言的话术`, en: `“${step.id}” has no wording in the language of this call` };
    return { ...base, state: 'missed', completeness: 0, evidence: [], tokens: [], value: 'perhaps', trouble };
  }
  if (match === undefined) {
    const name = nameOf(step, should);
    const trouble = { zh: `没有说“${name.zh}”`, en: `“${name.en}” was not said` };
    const value = step.required ? (couldBeUnheard(context, step) ? 'perhaps' : 'no') : 'yes';
    return { ...base, state: 'missed', completeness: 0, evidence: [], tokens: [], value, trouble };
  }
  const state = stateOf(step, match, inPlace, script, context);
  const answer =
    step.customerAnswers === undefined || state === 'wrong_speaker'
      ? undefined
      : answerTo(step, base.should, match, nextMs, context);
  const said = saidValue(state, match);
  const answered = answer === undefined ? 'yes' : answerValue(answer);
  const trouble =
    saidTrouble(state, said, base.should, match, step, context) ??
    (answer === undefined ? undefined : answerTrouble(answer, nameOf(step, base.should)));
  return {
    ...base,
    state,
    completeness: match.score / 1000,
    evidence: [evidenceOf(match, state !== 'said')],
    tokens: match.tokens,
    value: both(said, answered),
    ...(answer === undefined ? {} : { answer }),
    ...(trouble === undefined ? {} : { trouble }),
  };
}

/** A step as people read it: its title, or the wording that should have been said. */
function nameOf(step: ScriptStep, should: string): BilingualText {
  const [zh, en] = [step.say.zh[0] ?? should, step.say.en[0] ?? should];
  return step.title ?? { zh: short(zh, 30), en: short(en, 60) };
}

function stateOf(step: ScriptStep, match: StepMatch, inPlace: boolean, script: Script, { whole }: ScriptContext): StepState {
  if (match.speaker !== step.speaker && match.speaker !== 'unknown') return 'wrong_speaker';
  if (match.score < floors[script.wording].said || match.guard !== undefined) return 'partly';
  const late = step.withinMs !== undefined && match.startMs - whole.startMs > step.withinMs;
  return !inPlace || late ? 'out_of_place' : 'said';
}

function saidValue(state: StepState, match: StepMatch): Kleene {
  if (state === 'partly') return 'perhaps';
  if (state !== 'said') return 'no';
  return match.speakerSure && !match.doubtful ? 'yes' : 'perhaps';
}

function saidTrouble(
  state: StepState,
  value: Kleene,
  should: string,
  match: StepMatch,
  step: ScriptStep,
  { whole }: ScriptContext,
): BilingualText | undefined {
  const { zh, en } = nameOf(step, should);
  const at = momentText(match.startMs);
  if (state === 'wrong_speaker') return { zh: `“${zh}”由对方说出（${at}）`, en: `“${en}” was said by the other side (${at})` };
  if (state === 'out_of_place') {
    return step.withinMs !== undefined && match.startMs - whole.startMs > step.withinMs
      ? { zh: `“${zh}”说得太晚（${at}）`, en: `“${en}” was said too late (${at})` }
      : { zh: `“${zh}”次序不对（${at}）`, en: `“${en}” was said out of order (${at})` };
  }
  const percent = Math.round(match.score / 10);
  if (match.guard !== undefined)
    return { zh: `“${zh}”里的否定词或数字被改动（${at}）`, en: `in “${en}” a negator or a number was changed (${at})` };
  if (state === 'partly')
    return { zh: `“${zh}”只说了一部分（${at}，${percent}%）`, en: `“${en}” was said only in part (${at}, ${percent}%)` };
  if (value === 'perhaps' && match.doubtful)
    return {
      zh: `“${zh}”里的否定词或数字没有听准（${at}）`,
      en: `a negator or a number in “${en}” was not heard for sure (${at})`,
    };
  if (value === 'perhaps') return { zh: `“${zh}”的说话人不确定（${at}）`, en: `who said “${en}” is not sure (${at})` };
  return undefined;
}

function evidenceOf(match: StepMatch, possible: boolean): Evidence {
  const { turnId, speaker, startMs, endMs, text, score } = match;
  return {
    turnId,
    speaker,
    startMs,
    endMs,
    text,
    score: score / 1000,
    of: 'script',
    ...(possible ? { possible: true as const } : {}),
  };
}

// --- the customer's own answer ---

const answerTurns = 2;

/** The customer's turns after a step, up to the agent's next step or two turns. */
function answerTo(step: ScriptStep, should: string, match: StepMatch, nextMs: number, { transcript }: ScriptContext): StepAnswer {
  const turns = transcript.turns
    .filter(
      (turn) => turn.speaker !== 'system' && turn.speaker !== step.speaker && turn.endMs > match.endMs && turn.startMs < nextMs,
    )
    .sort((a, b) => a.startMs - b.startMs)
    .slice(0, answerTurns);
  const heard = answerOf(turns, should);
  return { wanted: step.customerAnswers ?? 'any', heard, evidence: turns.map(turnEvidence) };
}

function turnEvidence({ id, speaker, startMs, endMs, text }: Turn): Evidence {
  return { turnId: id, speaker, startMs, endMs, text, score: 1, of: 'script' };
}

function answerValue({ wanted, heard }: StepAnswer): Kleene {
  if (heard === 'not_heard_well') return 'perhaps';
  if (heard === 'affirm' || heard === 'negate') return wanted === 'any' || wanted === heard ? 'yes' : 'no';
  return 'no';
}

const answerTexts: Readonly<Record<AnswerState, BilingualText>> = {
  affirm: { zh: '客户作了肯定回答', en: 'the customer said yes' },
  negate: { zh: '客户作了否定回答', en: 'the customer said no' },
  unclear: { zh: '客户的回答不明确', en: 'the customer’s answer was not clear' },
  refused: { zh: '客户拒绝回答', en: 'the customer refused to answer' },
  none: { zh: '客户没有回答', en: 'the customer did not answer' },
  not_heard_well: { zh: '客户的回答没有听清', en: 'the customer’s answer was not heard well enough' },
};

function answerTrouble(answer: StepAnswer, name: BilingualText): BilingualText | undefined {
  if (answerValue(answer) === 'yes') return undefined;
  const heard = answerTexts[answer.heard];
  const [first] = answer.evidence;
  const quote = first === undefined ? '' : `：“${short(first.text, 40)}”`;
  return {
    zh: `对“${name.zh}”${heard.zh}${quote}`,
    en: `to “${name.en}” ${heard.en}${first === undefined ? '' : `: “${short(first.text, 60)}”`}`,
  };
}

// --- over all steps ---

/** Whether somebody who could have said it spoke where nobody could understand. */
function couldBeUnheard({ prepared }: ScriptContext, step: ScriptStep): boolean {
  return prepared.unintelligible.some(
    ({ turn, endMs, startMs }) => (turn.speaker === step.speaker || !turn.sure) && endMs - startMs >= 1000,
  );
}

/** Longer steps weigh more: by the words that they should have. */
function completenessOf(steps: readonly StepFinding[]): number {
  const counted = steps.filter(({ required }) => required);
  const weight = ({ should }: StepFinding): number => should.match(/\p{Script=Han}|[\p{L}\p{N}']+/gu)?.length ?? 1;
  const total = counted.reduce((sum, step) => sum + weight(step), 0);
  if (total === 0) return 1;
  const said = counted.reduce((sum, step) => sum + weight(step) * Math.round(step.completeness * 1000), 0);
  return Math.round(said / total) / 1000;
}

/** Where the script is done: at its last step, if every required one has its place. */
function doneMoments(steps: readonly StepFinding[]): ScriptReading['doneMs'] {
  const required = steps.filter((step) => step.required);
  const at = (states: readonly StepState[]): number | undefined => {
    const places = required.map((step) => (states.includes(step.state) ? step.evidence[0]?.startMs : undefined));
    return places.length === 0 || places.includes(undefined) ? undefined : Math.max(...places.map((each) => each ?? 0));
  };
  const sure = at(['said']);
  const possible = at(['said', 'partly', 'out_of_place']);
  return { ...(sure === undefined ? {} : { sure }), ...(possible === undefined ? {} : { possible }) };
}
