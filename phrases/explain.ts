import { classMeanings } from './complete.ts';
import type {
  Amount,
  Comparison,
  JoinOperator,
  Measure,
  Meter,
  MeterName,
  Scope,
  ScopeSpeaker,
  Tolerance,
  Tree,
  Unit,
} from './tree.ts';
import { isPlace } from './places.ts';

/** An expression read out in plain words, one sentence without a full stop. */
export function explainExpression(tree: Tree, language: 'zh' | 'en'): string {
  return language === 'zh' ? clauseZh(tree) : clauseEn(tree);
}

// --- English ---

/** A statement that is true or false of a call. */
function clauseEn(tree: Tree): string {
  switch (tree.kind) {
    case 'or':
      return isPlace(tree) ? `${nounEn(tree)} is heard` : `either ${tree.parts.map(groupEn).join(', or ')}`;
    case 'and':
      return tree.parts.map(groupEn).join(', and ');
    case 'not':
      return `it is not the case that ${groupEn(tree.of)}`;
    case 'scoped':
      return isPlace(tree.of) ? `${nounEn(tree)} is heard` : `${scopesEn(tree.scopes)}: ${clauseEn(tree.of)}`;
    case 'count':
      return `${nounEn(tree.of)} is heard ${comparedEn(tree.compare, tree.value)} ${tree.value === 1 ? 'time' : 'times'}`;
    case 'kinds':
      return `${comparedEn(tree.compare, tree.value)} different ones of ${nounEn(tree.of)} are heard`;
    case 'measure':
      return isPlace(tree) ? `there is ${nounEn(tree)}` : valueEn(tree);
    default:
      return `${nounEn(tree)} is heard`;
  }
}

function groupEn(tree: Tree): string {
  return (tree.kind === 'or' && !isPlace(tree)) || tree.kind === 'and' ? `(${clauseEn(tree)})` : clauseEn(tree);
}

/** Something that is heard at a place. */
function nounEn(tree: Tree): string {
  switch (tree.kind) {
    case 'phrase':
      return tree.tolerant === undefined ? `“${tree.text}”` : `${likeEn(tree.tolerant)} “${tree.text}”`;
    case 'list':
      return tree.tolerant === undefined
        ? `a phrase of the list @${tree.name}`
        : `${likeEn(tree.tolerant)} a phrase of the list @${tree.name}`;
    case 'class':
      return classMeanings[tree.name].en;
    case 'measure':
      return eventEn(tree);
    case 'or':
      return tree.parts.map(innerEn).join(' or ');
    case 'scoped':
      return `${innerEn(tree.of)} ${scopesEn(tree.scopes)}`;
    case 'pick':
      return `the ${tree.which} time of ${innerEn(tree.of)}`;
    case 'join':
      return tree.rest.reduce((left, { distance, part }) => {
        const right = innerEn(part);
        if (tree.operator === 'before') return `${left}, followed${withinEn(distance)} by ${right}`;
        if (tree.operator === 'after') return `${left}, said after ${right}${withinEn(distance)}`;
        return `${left} near ${right}${distance === undefined ? '' : ` (at most ${amountEn(distance)} apart)`}`;
      }, innerEn(tree.first));
    case 'outside':
      return `${innerEn(tree.first)}, but not as part of ${tree.rest.map(innerEn).join(' or of ')}`;
    case 'notjoin':
      return `${innerEn(tree.left)}, without ${innerEn(tree.right)}${withinEn(tree.distance)} ${sideEn(tree.operator)}`;
    default:
      return clauseEn(tree);
  }
}

function innerEn(tree: Tree): string {
  const compound = tree.kind === 'or' || tree.kind === 'join' || tree.kind === 'outside' || tree.kind === 'notjoin';
  return compound ? `(${nounEn(tree)})` : nounEn(tree);
}

function sideEn(operator: JoinOperator): string {
  return operator === 'before' ? 'after it' : operator === 'after' ? 'before it' : 'near it';
}

function likeEn(tolerance: Tolerance): string {
  return tolerance.floor === undefined ? 'what sounds like' : `what is at least ${Math.round(tolerance.floor * 100)} % like`;
}

function withinEn(distance: Amount | undefined): string {
  return distance === undefined ? '' : ` within ${amountEn(distance)}`;
}

const unitsEn: Readonly<Record<Unit, readonly [string, string]>> = {
  s: ['second', 'seconds'],
  min: ['minute', 'minutes'],
  ms: ['millisecond', 'milliseconds'],
  '%': ['per cent', 'per cent'],
  words: ['word', 'words'],
  turns: ['turn', 'turns'],
  cpm: ['character a minute', 'characters a minute'],
  wpm: ['word a minute', 'words a minute'],
};

function amountEn(amount: Amount): string {
  return `${amount.value} ${unitsEn[amount.unit][amount.value === 1 ? 0 : 1]}`;
}

function scopesEn(scopes: readonly Scope[]): string {
  return scopes
    .map((scope) =>
      scope.kind === 'speaker' ? `said by ${speakersEn[scope.speaker]}` : `in the ${scope.end} ${amountEn(scope.amount)}`,
    )
    .join(' ');
}

const speakersEn: Readonly<Record<ScopeSpeaker, string>> = { agent: 'the agent', customer: 'the customer', anyone: 'anyone' };

function comparedEn(compare: Comparison, value: number | string): string {
  const words = { '>': 'more than', '>=': 'at least', '<': 'fewer than', '<=': 'at most', '=': 'exactly' } as const;
  return `${words[compare]} ${value}`;
}

function eventEn(tree: Measure): string {
  const amount = tree.unit === undefined ? String(tree.value) : amountEn({ value: tree.value, unit: tree.unit });
  const bound = comparedEn(tree.compare, amount).replace('fewer than', 'less than');
  const who = tree.meter.speaker === undefined ? '' : ` by ${speakersEn[tree.meter.speaker]}`;
  switch (tree.meter.name) {
    case 'silence':
      return `a silence of ${bound}`;
    case 'hold':
      return `music on hold of ${bound}`;
    case 'response':
      return `a delay of ${bound} before an answer${who}`;
    case 'overtalk':
      return `overtalk${who} of ${bound}`;
    default:
      return `a turn${who} at ${bound}`;
  }
}

const metersEn: Readonly<Record<MeterName, string>> = {
  silence: 'silence',
  hold: 'hold',
  response: 'response',
  overtalk: 'overtalk',
  pace: 'pace',
  rate: 'the pace',
  talk: 'the share of talk',
  turns: 'the number of turns',
  words: 'the number of words',
  length: 'the length of the call',
};

function meterEn(meter: Meter): string {
  return meter.speaker === undefined ? metersEn[meter.name] : `${metersEn[meter.name]} of ${speakersEn[meter.speaker]}`;
}

function valueEn(tree: Measure): string {
  const amount = tree.unit === undefined ? String(tree.value) : amountEn({ value: tree.value, unit: tree.unit });
  const bound = comparedEn(tree.compare, amount).replace('fewer than', 'less than');
  if (tree.per === undefined) return `${meterEn(tree.meter)} is ${bound}`;
  return `${meterEn(tree.meter)} is ${bound} times ${meterEn(tree.per)}`;
}

// --- 中文 ---

function clauseZh(tree: Tree): string {
  switch (tree.kind) {
    case 'or':
      return isPlace(tree) ? `出现${nounZh(tree)}` : tree.parts.map(groupZh).join('，或者');
    case 'and':
      return tree.parts.map(groupZh).join('，并且');
    case 'not':
      return isPlace(tree.of) ? `没有出现${innerZh(tree.of)}` : `以下不成立：${groupZh(tree.of)}`;
    case 'scoped':
      return isPlace(tree.of) ? `出现${nounZh(tree)}` : `${scopesZh(tree.scopes)}：${clauseZh(tree.of)}`;
    case 'count':
      return `${nounZh(tree.of)}出现${comparedZh(tree.compare, `${tree.value} 次`)}`;
    case 'kinds':
      return `${nounZh(tree.of)}中不同的出现${comparedZh(tree.compare, `${tree.value} 种`)}`;
    case 'measure':
      return isPlace(tree) ? `有${nounZh(tree)}` : valueZh(tree);
    default:
      return `出现${nounZh(tree)}`;
  }
}

function groupZh(tree: Tree): string {
  return (tree.kind === 'or' && !isPlace(tree)) || tree.kind === 'and' ? `（${clauseZh(tree)}）` : clauseZh(tree);
}

function nounZh(tree: Tree): string {
  switch (tree.kind) {
    case 'phrase':
      return tree.tolerant === undefined ? `“${tree.text}”` : `${likeZh(tree.tolerant)}“${tree.text}”的话`;
    case 'list':
      return tree.tolerant === undefined
        ? `词表 @${tree.name} 中的话`
        : `${likeZh(tree.tolerant)}词表 @${tree.name} 中某一条的话`;
    case 'class':
      return classMeanings[tree.name].zh;
    case 'measure':
      return eventZh(tree);
    case 'or':
      return tree.parts.map(innerZh).join('或');
    case 'scoped':
      return `${scopesZh(tree.scopes)}${innerZh(tree.of)}`;
    case 'pick':
      return `${tree.which === 'first' ? '最早' : '最晚'}一次${innerZh(tree.of)}`;
    case 'join':
      return tree.rest.reduce((left, { distance, part }) => {
        const right = innerZh(part);
        if (tree.operator === 'before') return `${left}，其后${withinZh(distance)}有${right}`;
        if (tree.operator === 'after') return `${left}，其前${withinZh(distance)}有${right}`;
        return `${left}，${distance === undefined ? '' : `相距 ${amountZh(distance)}以内`}有${right}`;
      }, innerZh(tree.first));
    case 'outside':
      return `${innerZh(tree.first)}，但不是${tree.rest.map(innerZh).join('或')}的一部分`;
    case 'notjoin': {
      const side = { before: '其后', after: '其前', near: '附近' }[tree.operator];
      return `${innerZh(tree.left)}，${side}${withinZh(tree.distance)}没有${innerZh(tree.right)}`;
    }
    default:
      return clauseZh(tree);
  }
}

function innerZh(tree: Tree): string {
  const compound = tree.kind === 'or' || tree.kind === 'join' || tree.kind === 'outside' || tree.kind === 'notjoin';
  return compound ? `（${nounZh(tree)}）` : nounZh(tree);
}

function likeZh(tolerance: Tolerance): string {
  return tolerance.floor === undefined ? '听起来像' : `至少 ${Math.round(tolerance.floor * 100)}% 像`;
}

function withinZh(distance: Amount | undefined): string {
  return distance === undefined ? '' : ` ${amountZh(distance)}以内`;
}

const unitsZh: Readonly<Record<Unit, string>> = {
  s: '秒',
  min: '分钟',
  ms: '毫秒',
  '%': '%',
  words: '字',
  turns: '轮',
  cpm: '字每分钟',
  wpm: '词每分钟',
};

function amountZh(amount: Amount): string {
  return amount.unit === '%' ? `${amount.value}%` : `${amount.value} ${unitsZh[amount.unit]}`;
}

function scopesZh(scopes: readonly Scope[]): string {
  const words = scopes.map((scope) =>
    scope.kind === 'speaker'
      ? `${speakersZh[scope.speaker]}说的`
      : `${scope.end === 'first' ? '开头' : '最后'} ${amountZh(scope.amount)}内`,
  );
  return words.reverse().join('');
}

const speakersZh: Readonly<Record<ScopeSpeaker, string>> = { agent: '坐席', customer: '客户', anyone: '任何人' };

function comparedZh(compare: Comparison, amount: string): string {
  const words = { '>': '超过', '>=': '至少', '<': '少于', '<=': '至多', '=': '正好' } as const;
  return `${words[compare]} ${amount}`;
}

function measuredZh(tree: Measure): string {
  return comparedZh(
    tree.compare,
    tree.unit === undefined ? String(tree.value) : amountZh({ value: tree.value, unit: tree.unit }),
  );
}

function eventZh(tree: Measure): string {
  const who = tree.meter.speaker === undefined ? '' : speakersZh[tree.meter.speaker];
  const bound = measuredZh(tree);
  switch (tree.meter.name) {
    case 'silence':
      return `${bound}的静默`;
    case 'hold':
      return `${bound}的等待音乐`;
    case 'response':
      return `${who}${bound}才回应`;
    case 'overtalk':
      return `${who}抢话${bound}`;
    default:
      return `${who}语速${bound}的一轮`;
  }
}

const metersZh: Readonly<Record<MeterName, string>> = {
  silence: '静默',
  hold: '保持',
  response: '应答',
  overtalk: '抢话',
  pace: '语速',
  rate: '平均语速',
  talk: '说话占比',
  turns: '话轮数',
  words: '字数',
  length: '通话时长',
};

function meterZh(meter: Meter): string {
  return meter.speaker === undefined ? metersZh[meter.name] : `${speakersZh[meter.speaker]}的${metersZh[meter.name]}`;
}

function valueZh(tree: Measure): string {
  if (tree.per === undefined) return `${meterZh(tree.meter)}${measuredZh(tree)}`;
  return `${meterZh(tree.meter)}${comparedZh(tree.compare, `${meterZh(tree.per)}的 ${tree.value} 倍`)}`;
}
