import type { JoinOperator, MeterName, ScopeSpeaker, Unit } from './tree.ts';

/** The words that carry the grammar, each with the meaning they have wherever they stand as a whole word. */
export type Keyword =
  | { readonly kind: 'or' | 'and' | 'not' | 'outside' | 'count' | 'kinds' }
  | { readonly kind: 'join'; readonly operator: JoinOperator }
  /** `first` opens a scope and a pick; 前 only a scope, 首次 only a pick. */
  | { readonly kind: 'end'; readonly which: 'first' | 'last'; readonly as: 'both' | 'scope' | 'pick' }
  | { readonly kind: 'speaker'; readonly speaker: ScopeSpeaker };

export const keywords: ReadonlyMap<string, Keyword> = new Map<string, Keyword>([
  ['or', { kind: 'or' }],
  ['或', { kind: 'or' }],
  ['and', { kind: 'and' }],
  ['且', { kind: 'and' }],
  ['not', { kind: 'not' }],
  ['非', { kind: 'not' }],
  ['before', { kind: 'join', operator: 'before' }],
  ['之前', { kind: 'join', operator: 'before' }],
  ['after', { kind: 'join', operator: 'after' }],
  ['之后', { kind: 'join', operator: 'after' }],
  ['near', { kind: 'join', operator: 'near' }],
  ['附近', { kind: 'join', operator: 'near' }],
  ['outside', { kind: 'outside' }],
  ['之外', { kind: 'outside' }],
  ['first', { kind: 'end', which: 'first', as: 'both' }],
  ['last', { kind: 'end', which: 'last', as: 'both' }],
  ['首次', { kind: 'end', which: 'first', as: 'pick' }],
  ['末次', { kind: 'end', which: 'last', as: 'pick' }],
  ['agent', { kind: 'speaker', speaker: 'agent' }],
  ['坐席', { kind: 'speaker', speaker: 'agent' }],
  ['customer', { kind: 'speaker', speaker: 'customer' }],
  ['客户', { kind: 'speaker', speaker: 'customer' }],
  ['anyone', { kind: 'speaker', speaker: 'anyone' }],
  ['任何人', { kind: 'speaker', speaker: 'anyone' }],
  ['count', { kind: 'count' }],
  ['次数', { kind: 'count' }],
  ['kinds', { kind: 'kinds' }],
  ['种数', { kind: 'kinds' }],
]);

/** 前 and 后 open a scope, only before a digit. */
export const scopeCharacters: ReadonlyMap<string, Keyword> = new Map<string, Keyword>([
  ['前', { kind: 'end', which: 'first', as: 'scope' }],
  ['后', { kind: 'end', which: 'last', as: 'scope' }],
]);

/** Keywords only before `(`, `/` or a comparison. */
export const meterWords: ReadonlyMap<string, MeterName> = new Map<string, MeterName>([
  ['silence', 'silence'],
  ['静默', 'silence'],
  ['hold', 'hold'],
  ['保持', 'hold'],
  ['response', 'response'],
  ['应答', 'response'],
  ['overtalk', 'overtalk'],
  ['抢话', 'overtalk'],
  ['pace', 'pace'],
  ['语速', 'pace'],
  ['rate', 'rate'],
  ['平均语速', 'rate'],
  ['talk', 'talk'],
  ['通话占比', 'talk'],
  ['turns', 'turns'],
  ['话轮数', 'turns'],
  ['words', 'words'],
  ['字数', 'words'],
  ['length', 'length'],
  ['时长', 'length'],
]);

/** Units, directly after a number. */
export const unitWords: ReadonlyMap<string, Unit> = new Map<string, Unit>([
  ['s', 's'],
  ['sec', 's'],
  ['秒', 's'],
  ['min', 'min'],
  ['分钟', 'min'],
  ['ms', 'ms'],
  ['毫秒', 'ms'],
  ['%', '%'],
  ['word', 'words'],
  ['words', 'words'],
  ['字', 'words'],
  ['词', 'words'],
  ['turn', 'turns'],
  ['turns', 'turns'],
  ['轮', 'turns'],
  ['cpm', 'cpm'],
  ['wpm', 'wpm'],
]);

/** What people write for a unit, and the unit it is: for suggestions only. */
export const nearlyUnits: ReadonlyMap<string, Unit> = new Map<string, Unit>([
  ['second', 's'],
  ['seconds', 's'],
  ['secs', 's'],
  ['minute', 'min'],
  ['minutes', 'min'],
  ['mins', 'min'],
  ['m', 'min'],
  ['分', 'min'],
  ['msec', 'ms'],
  ['个字', 'words'],
  ['个词', 'words'],
  ['w', 'words'],
  ['t', 'turns'],
  ['轮次', 'turns'],
  ['秒钟', 's'],
  ['秒内', 's'],
  ['字每分钟', 'cpm'],
]);
