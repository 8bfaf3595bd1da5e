/** Who a scope or a measure asks for. */
export type ScopeSpeaker = 'agent' | 'customer' | 'anyone';
export type JoinOperator = 'before' | 'after' | 'near';
export type Comparison = '>' | '>=' | '<' | '<=' | '=';
export type Unit = 's' | 'min' | 'ms' | '%' | 'words' | 'turns' | 'cpm' | 'wpm';
export type EventMeter = 'silence' | 'hold' | 'response' | 'overtalk' | 'pace';
export type ValueMeter = 'rate' | 'talk' | 'turns' | 'words' | 'length';
export type MeterName = EventMeter | ValueMeter;

export const classNames = [
  'number',
  'percent',
  'money',
  'date',
  'phone',
  'card',
  'idcard',
  'affirm',
  'negate',
  'question',
] as const;
export type ClassName = (typeof classNames)[number];

export const eventMeters: readonly EventMeter[] = ['silence', 'hold', 'response', 'overtalk', 'pace'];
export const valueMeters: readonly ValueMeter[] = ['rate', 'talk', 'turns', 'words', 'length'];

/** A number as written, with its unit. */
export interface Amount {
  readonly value: number;
  readonly unit: Unit;
}

/** How far the parts of a join may be apart: time, words or turns. */
export type Distance = Amount;

export type Scope =
  | { readonly kind: 'speaker'; readonly speaker: ScopeSpeaker }
  | { readonly kind: 'place'; readonly end: 'first' | 'last'; readonly amount: Amount };

/** `~`: like it, not exactly it; the floor in hundredths where one is written. */
export interface Tolerance {
  readonly floor?: number;
}

export interface Phrase {
  readonly kind: 'phrase';
  readonly text: string;
  readonly tolerant?: Tolerance;
}

export interface ListName {
  readonly kind: 'list';
  readonly name: string;
  readonly tolerant?: Tolerance;
}

export interface ClassTerm {
  readonly kind: 'class';
  readonly name: ClassName;
}

export interface Meter {
  readonly name: MeterName;
  readonly speaker?: ScopeSpeaker;
}

export interface Measure {
  readonly kind: 'measure';
  readonly meter: Meter;
  readonly per?: Meter;
  readonly compare: Comparison;
  readonly value: number;
  readonly unit?: Unit;
}

export interface Count {
  readonly kind: 'count' | 'kinds';
  readonly of: Tree;
  readonly compare: Comparison;
  readonly value: number;
}

/** The earliest or latest hit. */
export interface Pick {
  readonly kind: 'pick';
  readonly which: 'first' | 'last';
  readonly of: Tree;
}

/**
 * The scopes that hold for one part, at most one of each kind, the speaker first. Those that hold from the left of a chain
 * are repeated here, so a node means the same wherever it stands; an inner scope wins over an outer one of its kind.
 */
export interface Scoped {
  readonly kind: 'scoped';
  readonly scopes: readonly Scope[];
  readonly of: Tree;
}

/** `A before B before C`: one operator, joined left to right. */
export interface Join {
  readonly kind: 'join';
  readonly operator: JoinOperator;
  readonly first: Tree;
  readonly rest: readonly { readonly distance?: Distance; readonly part: Tree }[];
}

export interface Outside {
  readonly kind: 'outside';
  readonly first: Tree;
  readonly rest: readonly Tree[];
}

/** `A not near/5s B`: the hits of A that have no such B. */
export interface NotJoin {
  readonly kind: 'notjoin';
  readonly operator: JoinOperator;
  readonly distance?: Distance;
  readonly left: Tree;
  readonly right: Tree;
}

export interface Either {
  readonly kind: 'or';
  readonly parts: readonly Tree[];
}

export interface Both {
  readonly kind: 'and';
  readonly parts: readonly Tree[];
}

export interface Not {
  readonly kind: 'not';
  readonly of: Tree;
}

/** A parsed expression. It carries no places: equal expressions are equal trees. */
export type Tree =
  | Either
  | Both
  | Not
  | Join
  | Outside
  | NotJoin
  | Scoped
  | Pick
  | Phrase
  | ListName
  | ClassTerm
  | Measure
  | Count;

/** Whether a measure is an event (each a hit) and not a value of the whole call. */
export function isEventMeter(name: MeterName): name is EventMeter {
  return (eventMeters as readonly string[]).includes(name);
}
