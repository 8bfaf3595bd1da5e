import type {
  Decision,
  DecisionStore,
  EarlierScorecard,
  JudgeBudget,
  JudgeCache,
  JudgeFinding,
  JudgeWaits,
  PublishedRubric,
  Rubric,
  RubricStore,
  RubricVersion,
  ScorecardStore,
  ScoredCall,
  StoredScorecard,
  WaitingCall,
} from '../../../scoring/index.ts';
import type { Clock, Tx } from '../../kernel/index.ts';

/** Published rubrics in memory; passes the same contract suite as the database. */
export class MemoryRubricStore implements RubricStore {
  readonly #versions: (PublishedRubric & { readonly publishedAt: number })[] = [];
  readonly #current = new Map<string, PublishedRubric>();
  readonly #clock: Clock;
  constructor(clock: Clock = { now: () => 0 }) {
    this.#clock = clock;
  }

  async publish(_tx: Tx, { hash, yaml, rubric }: { hash: string; yaml: string; rubric: Rubric }): Promise<number> {
    const mine = this.#versions.filter(({ rubricId }) => rubricId === rubric.id);
    const known = mine.find((each) => each.hash === hash);
    const published = known ?? { rubricId: rubric.id, version: mine.length + 1, hash, yaml, rubric };
    if (known === undefined) this.#versions.push({ ...published, publishedAt: this.#clock.now() });
    this.#current.set(rubric.id, published);
    return published.version;
  }

  async withdraw(_tx: Tx, rubricId: string): Promise<void> {
    this.#current.delete(rubricId);
  }

  async current(): Promise<readonly PublishedRubric[]> {
    return [...this.#current.values()].toSorted((a, b) => a.rubric.order - b.rubric.order || (a.rubricId < b.rubricId ? -1 : 1));
  }

  async list(): Promise<readonly PublishedRubric[]> {
    return this.#versions.toSorted((a, b) =>
      a.rubricId === b.rubricId ? a.version - b.version : a.rubricId < b.rubricId ? -1 : 1,
    );
  }

  async byHash(hash: string): Promise<PublishedRubric | undefined> {
    return this.#versions.find((each) => each.hash === hash);
  }

  async versions(rubricId: string): Promise<readonly RubricVersion[]> {
    const current = this.#current.get(rubricId)?.version;
    return this.#versions
      .filter((each) => each.rubricId === rubricId)
      .map(({ version, hash, publishedAt }) => ({ version, hash, publishedAt, current: version === current }))
      .toReversed();
  }

  async version(rubricId: string, version: number): Promise<PublishedRubric | undefined> {
    return this.#versions.find((each) => each.rubricId === rubricId && each.version === version);
  }
}

/** Scorecards in memory; passes the same contract suite as the database. */
export class MemoryScorecardStore implements ScorecardStore {
  readonly #calls = new Map<string, Map<string, ScoredCall>>();
  readonly #requested = new Map<string, string>();
  readonly #current = new Map<string, ScoredCall>();
  readonly #madeAt = new Map<string, number>();
  readonly #clock: Clock;
  constructor(clock: Clock = { now: () => 0 }) {
    this.#clock = clock;
  }

  async request(_tx: Tx, callId: string, recipeHash: string): Promise<boolean> {
    const before = this.#current.get(callId);
    this.#requested.set(callId, recipeHash);
    const there = this.#calls.get(callId)?.get(recipeHash);
    if (there === undefined) return false;
    this.#current.set(callId, there);
    return before !== undefined && before.recipeHash !== recipeHash;
  }

  async save(_tx: Tx, scored: ScoredCall): Promise<void> {
    const byRecipe = this.#calls.get(scored.callId) ?? new Map<string, ScoredCall>();
    this.#calls.set(scored.callId, byRecipe);
    const kept = byRecipe.get(scored.recipeHash) ?? scored;
    byRecipe.set(scored.recipeHash, kept);
    for (const { scorecardId } of kept.scorecards)
      if (!this.#madeAt.has(scorecardId)) this.#madeAt.set(scorecardId, this.#clock.now());
    if (this.#requested.get(scored.callId) === scored.recipeHash) this.#current.set(scored.callId, kept);
  }

  async currentFor(callId: string): Promise<ScoredCall | undefined> {
    return this.#current.get(callId);
  }

  async currentInside(_tx: Tx, callId: string): Promise<ScoredCall | undefined> {
    return this.#current.get(callId);
  }

  async history(callId: string, rubricId: string): Promise<readonly EarlierScorecard[]> {
    const cards = [...(this.#calls.get(callId)?.values() ?? [])].flatMap(({ scorecards }) => scorecards);
    const mine = new Map(cards.filter((each) => each.rubricId === rubricId).map((each) => [each.scorecardId, each.card]));
    return [...mine]
      .map(([scorecardId, { rubric, score }]) => ({
        scorecardId,
        rubricVersion: rubric.version,
        percent: score.percent,
        provisional: score.provisional,
        madeAt: this.#madeAt.get(scorecardId) ?? 0,
      }))
      .toReversed();
  }

  async get(scorecardId: string): Promise<StoredScorecard | undefined> {
    for (const byRecipe of this.#calls.values())
      for (const { scorecards } of byRecipe.values()) {
        const found = scorecards.find((each) => each.scorecardId === scorecardId);
        if (found !== undefined) return found;
      }
    return undefined;
  }

  async erase(_tx: Tx, callId: string): Promise<void> {
    this.#calls.delete(callId);
    this.#requested.delete(callId);
    this.#current.delete(callId);
  }
}

/** What people decided, in memory: the last word of each criterion. */
export class MemoryDecisionStore implements DecisionStore {
  readonly #decisions = new Map<string, Decision>();

  async decide(_tx: Tx, callId: string, rubricId: string, decision: Decision): Promise<void> {
    this.#decisions.set(`${callId} ${rubricId} ${decision.criterion}`, decision);
  }

  async decisionsFor(callId: string, rubricId: string): Promise<readonly Decision[]> {
    return [...this.#decisions].filter(([key]) => key.startsWith(`${callId} ${rubricId} `)).map(([, decision]) => decision);
  }
}

/** Calls that wait for a judge, in memory. */
export class MemoryJudgeWaits implements JudgeWaits {
  readonly #missed = new Map<string, number>();
  readonly #waiting = new Set<string>();

  async missed(callId: string): Promise<number> {
    return this.#missed.get(callId) ?? 0;
  }

  async wait(_tx: Tx, callId: string, times: number): Promise<void> {
    if ((this.#missed.get(callId) ?? 0) >= times) return;
    this.#missed.set(callId, times);
    this.#waiting.add(callId);
  }

  async answered(_tx: Tx, callId: string): Promise<void> {
    this.#waiting.delete(callId);
  }

  async waiting(limit: number): Promise<readonly WaitingCall[]> {
    return [...this.#waiting].slice(0, limit).map((callId) => ({ callId, missed: this.#missed.get(callId) ?? 0 }));
  }

  async erase(_tx: Tx, callId: string): Promise<void> {
    this.#missed.delete(callId);
    this.#waiting.delete(callId);
  }
}

/** What judges found, in memory. */
export class MemoryJudgeCache implements JudgeCache {
  readonly #findings = new Map<string, { readonly finding: JudgeFinding; readonly callId: string }>();

  async get(key: string): Promise<JudgeFinding | undefined> {
    return this.#findings.get(key)?.finding;
  }

  async put(key: string, finding: JudgeFinding, callId: string): Promise<void> {
    if (!this.#findings.has(key)) this.#findings.set(key, { finding, callId });
  }

  async erase(_tx: Tx, callId: string): Promise<void> {
    for (const [key, kept] of this.#findings) if (kept.callId === callId) this.#findings.delete(key);
  }
}

const dayMs = 86_400_000;

/** A cap for each day (UTC), kept in memory: one process, and a restart begins the day anew. Millionths of a currency. */
export class MemoryJudgeBudget implements JudgeBudget {
  readonly #clock: Clock;
  readonly #capMicros: number | undefined;
  #day = -1;
  #spent = 0;

  constructor(clock: Clock, capMicros: number | undefined) {
    this.#clock = clock;
    this.#capMicros = capMicros;
  }

  async allows(): Promise<boolean> {
    this.#turnDay();
    return this.#capMicros === undefined || this.#spent < this.#capMicros;
  }

  async spend(costMicros: number): Promise<void> {
    this.#turnDay();
    this.#spent += costMicros;
  }

  async spent(): Promise<number> {
    this.#turnDay();
    return this.#spent;
  }

  #turnDay(): void {
    const day = Math.floor(this.#clock.now() / dayMs);
    if (day === this.#day) return;
    this.#day = day;
    this.#spent = 0;
  }
}
