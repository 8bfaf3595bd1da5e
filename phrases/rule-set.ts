import { childrenOf, compileExpression, type LeafNode, leavesOf, needsNothing, type RuleNode } from './compile.ts';
import { evaluateShown, placeFindings } from './evaluate.ts';
import { compareFound, type Findings, type Found, nothing } from './found.ts';
import { noHits, resultHits, type RuleResult, type Searched, type UnheardStretch } from './hits.ts';
import { unique } from './joins.ts';
import type { ListSet } from './lists.ts';
import { type Heard, PatternTable } from './patterns.ts';
import type { PreparedTranscript } from './prepare.ts';
import type { RawHit } from './raw-hit.ts';
import { scopeKey, type ScopeInForce, searchedStretch, startsIn, type Window, windowOf } from './scopes.ts';
import type { ScopeSpeaker, Tree } from './tree.ts';
import { couldHide, foundIn, wantedLeaves } from './unheard.ts';
import type { Why } from './why.ts';

/** One rule: an expression under a name. */
export interface Rule {
  readonly id: string;
  readonly expression: string | Tree;
}

export interface CompileOptions {
  readonly lists?: ListSet;
}

interface CompiledRule {
  readonly id: string;
  readonly node: RuleNode;
  readonly leaves: readonly LeafNode[];
  /** Leaves of which something had to be said. */
  readonly wanted: ReadonlySet<LeafNode>;
  /** May be other than *no* where nothing of it is heard. */
  readonly always: boolean;
  readonly scopes: readonly ScopeInForce[];
  /** One number for rules that listen in the same scopes. */
  readonly scopesId: number;
}

/** Many rules compiled once: the exact phrases of all of them in one automaton, the tolerant ones behind one filter. */
export class RuleSet {
  readonly #rules: readonly CompiledRule[];
  readonly #patterns: PatternTable;
  readonly #rulesOf: readonly (readonly number[])[];
  readonly #always: readonly number[];

  constructor(rules: readonly Rule[], lists: ListSet) {
    const patterns = new PatternTable();
    const scopesIds = new Map<string, number>();
    this.#rules = rules.map(({ id, expression }) => {
      const node = compileExpression(expression, lists, patterns);
      const scopes = scopesOf(node);
      const scopesKey = scopes.map(scopeKey).join('&');
      const scopesId = scopesIds.get(scopesKey) ?? scopesIds.size;
      scopesIds.set(scopesKey, scopesId);
      return {
        id,
        node,
        leaves: leavesOf(node),
        wanted: new Set(wantedLeaves(node)),
        always: needsNothing(node),
        scopes,
        scopesId,
      };
    });
    const rulesOf: number[][] = patterns.patterns.map(() => []);
    this.#rules.forEach((rule, index) => {
      for (const pattern of new Set(rule.leaves.map((leaf) => leaf.pattern))) rulesOf[pattern]?.push(index);
    });
    this.#rulesOf = rulesOf;
    this.#always = this.#rules.flatMap((rule, index) => (rule.always ? [index] : []));
    patterns.seal();
    this.#patterns = patterns;
  }

  /** What every rule says of a call, in the order of the rules. */
  match(prepared: PreparedTranscript): readonly RuleResult[] {
    return this.listen(prepared).all();
  }

  /** The same, told for each rule when it is asked for: a rule of which nothing is heard costs nothing. */
  listen(prepared: PreparedTranscript): RuleResults {
    const heard = this.#patterns.find(prepared);
    const call = new Call(prepared, this.#patterns, heard);
    const rules = this.#rules;
    if (prepared.unintelligible.length > 0) return new RuleResults(call, rules, [...rules.keys()]);
    const asked: number[] = [...this.#always];
    for (const pattern of heard.patterns) for (const rule of this.#rulesOf[pattern] as readonly number[]) asked.push(rule);
    // Typed arrays sort by number, and fast.
    const sorted = Int32Array.from(asked).sort();
    return new RuleResults(
      call,
      rules,
      sorted.filter((rule, at) => at === 0 || rule !== sorted[at - 1]),
    );
  }
}

/** What the rules of a set say of one call. */
export class RuleResults {
  readonly #call: Call;
  readonly #rules: readonly CompiledRule[];
  readonly #asked: ArrayLike<number>;

  /** `asked`: the rules, ascending, of which something is heard or that may hold where nothing is. */
  constructor(call: Call, rules: readonly CompiledRule[], asked: ArrayLike<number>) {
    this.#call = call;
    this.#rules = rules;
    this.#asked = asked;
  }

  /** The rules that are not plainly *no*: *yes*, *perhaps*, or with near misses to show; in the order of the rules. */
  heard(): readonly RuleResult[] {
    const out: RuleResult[] = [];
    for (let at = 0; at < this.#asked.length; at += 1) {
      const result = this.#call.result(this.#rules[this.#asked[at] as number] as CompiledRule);
      if (result.value !== 'no' || result.nearMisses.length > 0) out.push(result);
    }
    return out;
  }

  /** All rules, in their order. */
  all(): readonly RuleResult[] {
    const out: RuleResult[] = [];
    let next = 0;
    for (let index = 0; index < this.#rules.length; index += 1) {
      const rule = this.#rules[index] as CompiledRule;
      const asked = next < this.#asked.length && this.#asked[next] === index;
      if (asked) next += 1;
      out.push(asked ? this.#call.result(rule) : this.#call.quiet(rule));
    }
    return out;
  }
}

/** Rules compiled for any number of calls. Throws a `PhraseError` for an expression that cannot be read. */
export function compileRules(rules: readonly Rule[], options: CompileOptions = {}): RuleSet {
  return new RuleSet(rules, options.lists ?? {});
}

const noStretches: readonly UnheardStretch[] = Object.freeze([]);

/** One call under one rule set: leaves in their scopes, results for people. */
class Call {
  readonly #prepared: PreparedTranscript;
  readonly #patterns: PatternTable;
  readonly #heard: Heard;
  readonly #windows = new Map<string, Window>();
  readonly #searched: Searched[] = [];

  constructor(prepared: PreparedTranscript, patterns: PatternTable, heard: Heard) {
    this.#prepared = prepared;
    this.#patterns = patterns;
    this.#heard = heard;
  }

  /** A rule of which nothing was heard. */
  quiet(rule: CompiledRule): RuleResult {
    return {
      id: rule.id,
      value: 'no',
      hits: noHits,
      possible: noHits,
      nearMisses: noHits,
      searched: this.#searchedBy(rule),
      onlyUnintelligible: false,
      unintelligible: noStretches,
    };
  }

  result(rule: CompiledRule): RuleResult {
    const findings = evaluateShown(rule.node, this.#prepared, (leaf) => this.#leaf(leaf));
    const unheard = this.#prepared.unintelligible.length > 0 ? this.#unheard(rule) : undefined;
    const doubted =
      findings.value === 'no' &&
      unheard !== undefined &&
      evaluateShown(rule.node, this.#prepared, (leaf) => withFound(this.#leaf(leaf), unheard.of(leaf))).value !== 'no';
    return {
      id: rule.id,
      value: doubted ? 'perhaps' : findings.value,
      ...resultHits(this.#prepared, findings),
      searched: this.#searchedBy(rule),
      onlyUnintelligible: doubted,
      unintelligible: unheard?.stretches ?? noStretches,
    };
  }

  #window(scope: ScopeInForce): Window {
    const key = scopeKey(scope);
    let window = this.#windows.get(key);
    if (window === undefined) {
      window = windowOf(this.#prepared, scope);
      this.#windows.set(key, window);
    }
    return window;
  }

  /** A leaf's hits: those of its pattern that start in its scope; possible where the speaker or the words are. */
  #leaf(leaf: LeafNode): Findings {
    const raw = this.#heard.of(leaf.pattern);
    if (raw.length === 0) return nothing;
    return leafFindings(this.#prepared, this.#patterns, leaf, this.#window(leaf.scope), raw);
  }

  #searchedBy(rule: CompiledRule): Searched {
    let searched = this.#searched[rule.scopesId];
    if (searched !== undefined) return searched;
    const speakers = new Set(rule.scopes.map((scope) => scope.speaker ?? 'anyone'));
    const [only] = speakers;
    const stretches = rule.scopes.map((scope) => searchedStretch(this.#prepared, this.#window(scope)));
    searched = {
      speaker: speakers.size === 1 && only !== undefined ? only : 'anyone',
      startMs: Math.min(...stretches.map(({ startMs }) => startMs)),
      endMs: Math.max(...stretches.map(({ endMs }) => endMs)),
    };
    this.#searched[rule.scopesId] = searched;
    return searched;
  }

  /** What could not be understood where the rule listened. */
  #unheard(rule: CompiledRule): {
    readonly stretches: readonly UnheardStretch[];
    readonly of: (leaf: LeafNode) => readonly Found[];
  } {
    const hides = (leaf: LeafNode, stretch: PreparedTranscript['unintelligible'][number]): boolean => {
      const pattern = this.#patterns.patterns[leaf.pattern];
      return pattern !== undefined && couldHide(this.#prepared, stretch, leaf, pattern, this.#window(leaf.scope));
    };
    const stretches = this.#prepared.unintelligible.filter((stretch) => rule.leaves.some((leaf) => hides(leaf, stretch)));
    return {
      stretches: stretches.map(({ turn, startMs, endMs }) => ({ turnId: turn.turn.id, speaker: turn.speaker, startMs, endMs })),
      of: (leaf) =>
        rule.wanted.has(leaf)
          ? stretches.filter((stretch) => hides(leaf, stretch)).map((stretch) => foundIn(this.#prepared, stretch, leaf.entry))
          : [],
    };
  }
}

function withFound(findings: Findings, more: readonly Found[]): Findings {
  if (more.length === 0) return findings;
  return placeFindings(findings.sure, [...findings.possible, ...more].sort(compareFound), findings.near);
}

/** The hits of a leaf among the raw ones of its pattern. */
export function leafFindings(
  prepared: PreparedTranscript,
  patterns: PatternTable,
  leaf: LeafNode,
  window: Window,
  raw: readonly RawHit[],
): Findings {
  const pattern = patterns.patterns[leaf.pattern];
  const sure: Found[] = [];
  const possible: Found[] = [];
  const near: Found[] = [];
  for (const hit of raw) {
    const speaker = speakerOf(prepared, hit, leaf.scope.speaker);
    if (speaker === 'no') continue;
    const found = foundFrom(prepared, hit, leaf, whyOf(hit, pattern?.kind === 'class' ? pattern.name : undefined));
    if (!startsIn(window, found)) continue;
    if (hit.guard !== undefined) {
      near.push({ ...found, why: { code: 'guard', guard: hit.guard, of: found.why } });
      continue;
    }
    const doubts = speaker === 'perhaps' ? [...hit.doubts, 'speaker_unsure' as const] : hit.doubts;
    if (doubts.length === 0) sure.push(found);
    else possible.push({ ...found, why: { code: 'doubt', doubts, of: found.why } });
  }
  return placeFindings(unique(sure), unique(possible), unique(near));
}

const exactly: Why = Object.freeze({ code: 'exact' });

function whyOf(hit: RawHit, className: Extract<Why, { code: 'class' }>['class'] | undefined): Why {
  if (className !== undefined) return { code: 'class', class: className };
  return hit.floor === undefined ? exactly : { code: 'sounds', score: hit.score, floor: hit.floor };
}

/** Whether a hit is by the speaker asked for; perhaps where a turn's speaker is not sure. */
function speakerOf(prepared: PreparedTranscript, hit: RawHit, speaker: ScopeSpeaker | undefined): 'yes' | 'no' | 'perhaps' {
  if (speaker === undefined || speaker === 'anyone') return 'yes';
  const run = prepared.runs[hit.run];
  if (run === undefined) return 'no';
  const from = run.turnOf[hit.from] ?? 0;
  const to = run.turnOf[hit.to] ?? from;
  for (let at = from; at <= to; at += 1) if (run.turns[at]?.sure !== true) return 'perhaps';
  return run.speaker === speaker ? 'yes' : 'no';
}

function foundFrom(prepared: PreparedTranscript, hit: RawHit, leaf: LeafNode, why: Why): Found {
  const span = { run: hit.run, from: hit.from, to: hit.to };
  const run = prepared.runs[hit.run];
  const turn = run?.turns[run.turnOf[hit.from] ?? 0]?.index ?? 0;
  const last = run?.turns[run.turnOf[hit.to] ?? 0]?.index ?? turn;
  return {
    spans: [span],
    startMs: run?.startMs[hit.from] ?? 0,
    endMs: run?.endMs[hit.to] ?? 0,
    first: run?.stream[hit.from] ?? 0,
    last: run?.stream[hit.to] ?? 0,
    turn,
    firstTurn: prepared.turns[turn]?.number ?? 0,
    lastTurn: prepared.turns[last]?.number ?? 0,
    score: hit.score,
    setting: hit.setting,
    why,
    entry: leaf.entry,
    ...(leaf.listEntry === undefined ? {} : { listEntry: leaf.listEntry }),
    speaker: run?.speaker ?? 'unknown',
  };
}

/** The scopes of everything a rule listens to. */
function scopesOf(node: RuleNode): readonly ScopeInForce[] {
  const scopes = new Map<string, ScopeInForce>();
  const visit = (at: RuleNode): void => {
    if (at.kind === 'leaf') scopes.set(scopeKey(at.scope), at.scope);
    if (at.kind === 'events' || at.kind === 'value') {
      const speaker = at.measure.meter.speaker ?? at.scope.speaker;
      const scope = speaker === undefined ? at.scope : { ...at.scope, speaker };
      scopes.set(scopeKey(scope), scope);
    }
    childrenOf(at).forEach(visit);
  };
  visit(node);
  return [...scopes.values()];
}
