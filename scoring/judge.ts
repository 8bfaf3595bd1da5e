import { canonicalJson, Failure, sha256, type BilingualText } from '../services/kernel/index.ts';
import type { Transcript } from '../transcribe/index.ts';
import { short } from './explain.ts';
import { type JudgeCost, type JudgeFinding, noCost, sharesOfCost, sumOfCosts } from './judge-finding.ts';
import {
  addressesTheReader,
  judgeAnswerSchema,
  type JudgeAnswer,
  judgedTurns,
  judgePromptVersion,
  type JudgeQuestion,
  judgeRequest,
} from './judge-prompt.ts';
import { findQuote } from './judge-quote.ts';
import type { JudgeWaits } from './judge-waits.ts';
import type { Judge, JudgeBudget, JudgeCache, JudgeReply } from './ports.ts';
import type { Evidence } from './verdict.ts';

export interface JudgeDeps {
  readonly judge: Judge;
  readonly cache?: JudgeCache;
  readonly budget?: JudgeBudget;
  /** Where calls wait whose judge was away. */
  readonly waits?: JudgeWaits;
  /** Votes a call; 3 where nothing is given. */
  readonly votes?: number;
  /** The least share of the votes for a verdict, in thousandths: to be fitted on what people decided. 667 where nothing is given. */
  readonly threshold?: number;
}

/** Why a vote says nothing. */
export type VoteTrouble = 'away' | 'late' | 'malformed' | 'over_budget' | 'quote_not_found';

/** What one vote came to for one question. */
export type Vote =
  | {
      readonly verdict: 'met' | 'unmet' | 'not_applicable';
      readonly evidence: readonly Evidence[];
      readonly reason: BilingualText;
    }
  | { readonly trouble: VoteTrouble };

export interface Judged {
  readonly findings: ReadonlyMap<string, JudgeFinding>;
  /** What was paid now; what came from the cache costs nothing. */
  readonly cost: JudgeCost;
  /** Something is open because the judge was away, late or over its budget: it may say more another time. */
  readonly missed: boolean;
}

/** A call as a judge is asked about it; the id goes no further than to what is kept of the answers. */
export interface JudgedCall {
  readonly callId: string;
  readonly transcript: Transcript;
}

/** What decides a judge's findings beside the transcript and the question; part of the recipe. */
export function judgeRecipe({ judge, votes = usualVotes, threshold = usualThreshold }: JudgeDeps): string {
  return sha256(canonicalJson([judge.model, judgePromptVersion, votes, threshold]));
}

const usualVotes = 3;
const usualThreshold = 667;

/**
 * Asks a judge about criteria of a call: k votes with the questions in another order each, every quote verified against the turn
 * and the speaker that it names, the share of the votes as confidence. A judge that is away, late, over budget or that answers
 * nonsense gives `needs_review` with that reason, never a verdict.
 */
export async function askJudge(
  deps: JudgeDeps,
  { callId, transcript }: JudgedCall,
  questions: readonly JudgeQuestion[],
  signal: AbortSignal,
): Promise<Judged> {
  const findings = new Map<string, JudgeFinding>();
  const open: JudgeQuestion[] = [];
  for (const question of questions) {
    const known = await deps.cache?.get(cacheKey(deps, transcript, question));
    if (known === undefined) open.push(question);
    else findings.set(question.criterion, known);
  }
  const costs: JudgeCost[] = [];
  const votes: ReadonlyMap<string, Vote>[] = [];
  const count = deps.votes ?? usualVotes;
  for (let vote = 0; open.length > 0 && vote < count; vote += 1) {
    const { byCriterion, cost } = await oneVote(deps, transcript, open, vote, signal);
    costs.push(cost);
    votes.push(byCriterion);
  }
  const cost = sumOfCosts(costs);
  const shares = sharesOfCost(cost, open.length);
  let missed = false;
  for (const [index, question] of open.entries()) {
    const own = votes.map((byCriterion): Vote => byCriterion.get(question.criterion) ?? { trouble: 'malformed' });
    const finding = { ...findingOf(deps, own), cost: shares[index] ?? noCost };
    missed ||= finding.verdict === 'needs_review' && own.some((vote) => 'trouble' in vote && passing.has(vote.trouble));
    findings.set(question.criterion, finding);
    if (own.every((vote) => !('trouble' in vote))) await deps.cache?.put(cacheKey(deps, transcript, question), finding, callId);
  }
  return { findings, cost, missed };
}

/** Troubles that are over one day. */
const passing: ReadonlySet<VoteTrouble> = new Set(['away', 'late', 'over_budget']);

function cacheKey(deps: JudgeDeps, transcript: Transcript, { task }: JudgeQuestion): string {
  const turns = [...judgedTurns(transcript).values()].map(({ id, speaker, text }) => [id, speaker, text]);
  return sha256(canonicalJson([turns, task, judgeRecipe(deps)]));
}

async function oneVote(
  { judge, budget }: JudgeDeps,
  transcript: Transcript,
  questions: readonly JudgeQuestion[],
  vote: number,
  signal: AbortSignal,
): Promise<{ byCriterion: ReadonlyMap<string, Vote>; cost: JudgeCost }> {
  const all = (trouble: VoteTrouble): ReadonlyMap<string, Vote> =>
    new Map(questions.map(({ criterion }) => [criterion, { trouble }]));
  if (budget !== undefined && !(await budget.allows())) return { byCriterion: all('over_budget'), cost: noCost };
  let reply: JudgeReply;
  try {
    reply = await judge.ask(judgeRequest(transcript, questions, vote), signal);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Failure)) throw error;
    return {
      byCriterion: all(error.code === 'judge.late' ? 'late' : error.code === 'judge.malformed' ? 'malformed' : 'away'),
      cost: noCost,
    };
  }
  // A budget that cannot be written is no trouble of the judge's: it goes up, and the scoring is tried again.
  await budget?.spend(reply.cost.micros);
  return { byCriterion: readVote(reply.text, transcript, questions), cost: reply.cost };
}

/** What a judge's raw answer says of each question, its quotes verified. */
export function readVote(text: string, transcript: Transcript, questions: readonly JudgeQuestion[]): ReadonlyMap<string, Vote> {
  const answers = parseAnswers(text);
  return new Map(
    questions.map((question): [string, Vote] => {
      const own = answers?.filter((each) => each.question === question.criterion) ?? [];
      const [first] = own;
      if (first === undefined || own.length > 1) return [question.criterion, { trouble: 'malformed' }];
      return [question.criterion, verify(first, transcript, question)];
    }),
  );
}

function parseAnswers(text: string): readonly JudgeAnswer[] | undefined {
  try {
    const result = judgeAnswerSchema.safeParse(JSON.parse(text));
    return result.success ? result.data.answers : undefined;
  } catch {
    // What is no JSON is a malformed answer, whatever else is wrong with it.
    return undefined;
  }
}

function verify(answer: JudgeAnswer, transcript: Transcript, { task }: JudgeQuestion): Vote {
  if (answer.verdict === 'not_applicable')
    return task.notApplicableWhen === undefined
      ? { trouble: 'malformed' }
      : { verdict: 'not_applicable', evidence: [], reason: answer.reason };
  const turns = judgedTurns(transcript);
  const evidence: Evidence[] = [];
  for (const { turn, speaker, quote } of answer.evidence) {
    const cited = turns.get(turn.replace(/^\[?t?(\d+)\]?$/u, '$1'));
    if (cited === undefined || cited.speaker !== speaker || addressesTheReader(cited.text)) return { trouble: 'quote_not_found' };
    const found = findQuote(cited, quote);
    if (found === undefined) return { trouble: 'quote_not_found' };
    evidence.push(cited.speakerConfidence < 0.7 ? { ...found, possible: true } : found);
  }
  if (evidence.length === 0) return { trouble: 'quote_not_found' };
  return { verdict: answer.verdict === 'yes' ? 'met' : 'unmet', evidence, reason: answer.reason };
}

// --- votes to a finding ---

function findingOf(deps: JudgeDeps, votes: readonly Vote[]): JudgeFinding {
  const judge = { model: deps.judge.model, promptHash: judgePromptVersion };
  const clear = votes.flatMap((vote) => ('trouble' in vote ? [] : [vote]));
  const tally = (['met', 'unmet', 'not_applicable'] as const).map((verdict) => ({
    verdict,
    own: clear.filter((vote) => vote.verdict === verdict),
  }));
  const best = tally.reduce((a, b) => (b.own.length > a.own.length ? b : a));
  const confidence = votes.length === 0 ? 0 : Math.round((best.own.length * 1000) / votes.length);
  const [first] = best.own;
  const enough = deps.threshold ?? usualThreshold;
  const tied = tally.filter(({ own }) => own.length === best.own.length).length > 1;
  if (first !== undefined && !tied && confidence >= enough)
    return { verdict: best.verdict, reason: judgeReason(first.reason), evidence: first.evidence, confidence, judge };
  return { verdict: 'needs_review', reason: troubleText(votes), evidence: [], confidence, judge };
}

function judgeReason(reason: BilingualText): BilingualText {
  return { zh: `评审模型认为：${sentence(reason.zh)}`, en: `a judge found: ${sentence(reason.en)}` };
}

function sentence(text: string): string {
  return short(text.replaceAll(/\s+/g, ' '), 200).replace(/[。.]+$/u, '');
}

const troubles: Readonly<Record<VoteTrouble | 'split', BilingualText>> = {
  away: { zh: '评审模型没有应答', en: 'the judge could not be reached' },
  late: { zh: '评审模型没有按时应答', en: 'the judge gave no answer in time' },
  malformed: { zh: '评审模型的回答无法读取', en: 'the judge’s answer could not be read' },
  over_budget: { zh: '评审模型今天的费用已到上限', en: 'the judge’s budget for today is used up' },
  quote_not_found: {
    zh: '评审模型引用的话在通话里没有找到',
    en: 'quote not found: the judge cited words that are not in the call',
  },
  split: { zh: '评审模型几次判断不一致', en: 'the judge’s votes are split' },
};

/** The trouble that most votes had; split where they had none. */
function troubleText(votes: readonly Vote[]): BilingualText {
  const names = votes.flatMap((vote) => ('trouble' in vote ? [vote.trouble] : []));
  const count = (name: VoteTrouble): number => names.filter((each) => each === name).length;
  const most = [...new Set(names)].sort((a, b) => count(b) - count(a))[0];
  const clear = votes.length - names.length;
  return troubles[most === undefined || count(most) < clear ? 'split' : most];
}
