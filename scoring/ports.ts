import type { Tx } from '../services/kernel/index.ts';
import type { Decision } from './decide.ts';
import type { JudgeCost, JudgeFinding } from './judge-finding.ts';
import type { JudgeRequest } from './judge-prompt.ts';
import type { Rubric } from './rubric.ts';
import type { Scorecard } from './scorecard.ts';

/** One published version of a rubric. Nothing of it ever changes. */
export interface PublishedRubric {
  readonly rubricId: string;
  /** From 1, without gaps, for each rubric id. */
  readonly version: number;
  readonly hash: string;
  /** The file as it was published, for people. */
  readonly yaml: string;
  /** As it was read when it was published, with the shared lists as they were then: what scoring uses. */
  readonly rubric: Rubric;
}

/** When a version of a rubric was published. */
export interface RubricVersion {
  readonly version: number;
  readonly hash: string;
  /** UTC milliseconds. */
  readonly publishedAt: number;
  /** New calls are scored by it. */
  readonly current: boolean;
}

export interface RubricStore {
  /**
   * Freezes a rubric as the next version of its id and makes it the current one. The hash of any earlier version makes that
   * one current again instead of a new version. Gives the version.
   */
  publish(tx: Tx, rubric: { readonly hash: string; readonly yaml: string; readonly rubric: Rubric }): Promise<number>;
  /** Calls are no longer scored by it; its versions stay. No error when there is none. */
  withdraw(tx: Tx, rubricId: string): Promise<void>;
  /** The current version of every rubric that is not withdrawn, by order and then id. */
  current(): Promise<readonly PublishedRubric[]>;
  /** Every version ever published, by id and version. */
  list(): Promise<readonly PublishedRubric[]>;
  byHash(hash: string): Promise<PublishedRubric | undefined>;
  /** The versions of one rubric, newest first; none for an id that was never published. */
  versions(rubricId: string): Promise<readonly RubricVersion[]>;
  /** One version of a rubric; undefined when there is none. */
  version(rubricId: string, version: number): Promise<PublishedRubric | undefined>;
}

/** A scorecard as it is kept. */
export interface StoredScorecard {
  /** Result id: the call and the recipe. */
  readonly scorecardId: string;
  readonly callId: string;
  readonly rubricId: string;
  readonly rubricHash: string;
  /** The first by order of those of the call. */
  readonly headline: boolean;
  readonly card: Scorecard;
}

/** One of the scorecards that a call ever had from a rubric. */
export interface EarlierScorecard {
  readonly scorecardId: string;
  readonly rubricVersion: number;
  readonly percent: number | null;
  readonly provisional: boolean;
  /** UTC milliseconds. */
  readonly madeAt: number;
}

/** All scorecards of a call that one scoring gave: none, where no rubric is for the call. */
export interface ScoredCall {
  readonly callId: string;
  /** Of the scoring as a whole. */
  readonly recipeHash: string;
  /** Headline first. */
  readonly scorecards: readonly StoredScorecard[];
}

export interface ScorecardStore {
  /**
   * The recipe last asked for: what it gives, now or when it was made before, is current. True when another scoring was current
   * until now.
   */
  request(tx: Tx, callId: string, recipeHash: string): Promise<boolean>;
  /** Inserts once (a repeat is a no-op); makes it current if its recipe is the one last requested. */
  save(tx: Tx, scored: ScoredCall): Promise<void>;
  /** Headline first; undefined while the call was never scored. */
  currentFor(callId: string): Promise<ScoredCall | undefined>;
  currentInside(tx: Tx, callId: string): Promise<ScoredCall | undefined>;
  get(scorecardId: string): Promise<StoredScorecard | undefined>;
  /** Every scorecard that a call had from a rubric, newest first. */
  history(callId: string, rubricId: string): Promise<readonly EarlierScorecard[]>;
  /** Forgets everything about a call. */
  erase(tx: Tx, callId: string): Promise<void>;
}

/** What people decided of a call's criteria; they keep their word whatever is scored again. */
export interface DecisionStore {
  /** One for each criterion: the last. */
  decisionsFor(callId: string, rubricId: string): Promise<readonly Decision[]>;
}

/** A language model that answers questions about a call. */
export interface Judge {
  /** Goes into every judged verdict and into the recipe. */
  readonly model: string;
  /**
   * Gives the answer's text. Throws a Failure: `judge.late` without an answer in time, `judge.malformed` for an answer that broke
   * off, any other code for one that cannot be had.
   */
  ask(request: JudgeRequest, signal: AbortSignal): Promise<JudgeReply>;
}

export interface JudgeReply {
  readonly text: string;
  readonly cost: JudgeCost;
}

/** What judges found before, by the hash of all that it depends on. A finding quotes the call that it was first made for. */
export interface JudgeCache {
  get(key: string): Promise<JudgeFinding | undefined>;
  /** The first finding of a key stays. */
  put(key: string, finding: JudgeFinding, callId: string): Promise<void>;
  /** Forgets every finding that was first made for a call. */
  erase(tx: Tx, callId: string): Promise<void>;
}

/** What judges may cost: a cap for a day (UTC), in millionths of a currency. What is under way when it is reached still counts. */
export interface JudgeBudget {
  allows(): Promise<boolean>;
  spend(costMicros: number): Promise<void>;
  /** What was spent today. */
  spent(): Promise<number>;
}
