import type { components } from '../../api/openapi.d.ts';

export type Flow = components['schemas']['Flow'];

/** What a node of the flow counts. */
export type FlowNodeName =
  | 'expected'
  | 'missing'
  | 'received'
  | 'duplicates'
  | 'conflicts'
  | 'refused'
  | 'erasedFiles'
  | 'calls'
  | 'waiting'
  | 'transcribed'
  | 'noRubric'
  | 'failed'
  | 'erased'
  | 'scored'
  | 'final'
  | 'needsReview';

export interface FlowNode {
  readonly name: FlowNodeName;
  readonly column: number;
  readonly main: boolean;
  readonly count: number;
  /** The part of the main node to the left that it is, 0..1; undefined where there is none to compare with. */
  readonly share: number | undefined;
  /** Pixels from the top of the drawing. */
  readonly y: number;
  readonly height: number;
}

/** What goes from the main node of one column to a node of the next. Pixels from the top of the drawing. */
export interface FlowRibbon {
  readonly to: FlowNodeName;
  readonly column: number;
  readonly fromY: number;
  readonly fromHeight: number;
  readonly toY: number;
  readonly toHeight: number;
}

export interface FlowLayout {
  /** Left edges of the columns as parts of the width. */
  readonly columns: readonly number[];
  readonly nodes: readonly FlowNode[];
  readonly ribbons: readonly FlowRibbon[];
  readonly height: number;
}

/** Height of the tallest main node. Every other height is to the same scale. */
const fullHeight = 112;
/** Nothing that is there is drawn thinner. */
const leastHeight = 3;
const row = 22;
/** Below the three lines of a main node's own label. */
const firstExit = 86;
const gap = 15;

interface Step {
  readonly main: FlowNodeName;
  readonly count: number;
  /** What of the column to the left goes on to here; the count itself where the two are the same thing. */
  readonly carried: number;
  readonly exits: readonly (readonly [FlowNodeName, number])[];
}

/**
 * Where the calls of some days went, as a drawing: a main node for each step and, below it, what left the flow on the way
 * there. Heights are true to one scale, but never under three pixels; what is zero is not drawn among the exits.
 */
export function flowLayout(flow: Flow): FlowLayout {
  const steps = stepsOf(flow);
  const most = Math.max(1, ...steps.map(({ count }) => count));
  const scale = fullHeight / most;
  const heightOf = (count: number): number => (count === 0 ? 0 : Math.max(leastHeight, count * scale));
  const nodes: FlowNode[] = [];
  const ribbons: FlowRibbon[] = [];
  steps.forEach(({ main, count, carried, exits }, column) => {
    const before = column === 0 ? undefined : steps[column - 1]!.count;
    const share = (of: number): number | undefined => (before === undefined || before === 0 ? undefined : of / before);
    const height = heightOf(count);
    nodes.push({ name: main, column, main: true, count, share: share(carried), y: 0, height });
    const source = before === undefined ? 0 : heightOf(before);
    if (carried > 0 && before !== undefined) {
      const thick = Math.min(heightOf(carried), source);
      ribbons.push({ to: main, column, fromY: 0, fromHeight: thick, toY: 0, toHeight: Math.min(heightOf(carried), height) });
    }
    let left = carried * scale;
    let next = Math.max(height + gap, firstExit);
    for (const [name, of] of exits) {
      if (of === 0) continue;
      const own = heightOf(of);
      const thick = Math.max(1, of * scale);
      const y = next + Math.max(0, (row - own) / 2) - row / 2 + leastHeight / 2;
      nodes.push({ name, column, main: false, count: of, share: share(of), y, height: own });
      ribbons.push({
        to: name,
        column,
        fromY: Math.max(0, Math.min(left, source - thick)),
        fromHeight: Math.min(thick, source),
        toY: y,
        toHeight: own,
      });
      left += of * scale;
      next += Math.max(row, own + 4);
    }
  });
  const bottom = Math.max(
    ...nodes.map(({ y, height, main }) => (main ? y + height : Math.max(y + height, y + height / 2 + row / 2))),
  );
  return {
    columns: steps.length === 5 ? [0, 0.185, 0.4, 0.6, 0.81] : [0, 0.2439, 0.4879, 0.7652],
    nodes,
    ribbons,
    height: Math.max(fullHeight, bottom),
  };
}

function stepsOf({ expected, arrived, missing, received, accepted, calls, ...flow }: Flow): Step[] {
  const announced: Step[] = expected === null ? [] : [{ main: 'expected', count: expected, carried: expected, exits: [] }];
  return [
    ...announced,
    {
      main: 'received',
      count: received,
      carried: expected === null ? received : (arrived ?? 0),
      exits: expected === null ? [] : [['missing', missing ?? 0]],
    },
    {
      main: 'calls',
      count: calls.total,
      carried: accepted,
      exits: [
        ['duplicates', flow.duplicates],
        ['conflicts', flow.conflicts],
        ['refused', flow.refused],
        ['erasedFiles', flow.erasedFiles],
      ],
    },
    {
      main: 'scored',
      count: calls.scored,
      carried: calls.scored,
      exits: [
        ['waiting', calls.waiting],
        ['transcribed', calls.transcribed],
        ['noRubric', calls.noRubric],
        ['failed', calls.failed],
        ['erased', calls.erased],
      ],
    },
    { main: 'final', count: flow.final, carried: flow.final, exits: [['needsReview', flow.needsReview]] },
  ];
}

export interface PrintedSum {
  readonly text: string;
  readonly holds: boolean;
  /** Right side less left side. */
  readonly gap: number;
  readonly words: { readonly zh: string; readonly en: string };
}

/**
 * The sums as they are printed over the flow, each with what it says. Terms that are zero are left out as long as one stays, and
 * so is a sum of one term that holds: it says nothing. Whether a sum holds is worked out from the numbers, not taken on trust.
 */
export function printedSums(flow: Flow, number: (value: number) => string): PrintedSum[] {
  const announced: Flow['sums'] =
    flow.expected === null
      ? []
      : [
          {
            left: [flow.arrived ?? 0, flow.missing ?? 0],
            right: flow.expected,
            holds: true,
            words: { zh: '已到 + 缺失 = 应收', en: 'arrived + missing = expected' },
          },
        ];
  const all = [...announced, ...flow.sums].map(({ left, right, words }) => {
    const shown = left.filter((value) => value !== 0);
    const total = left.reduce((sum, value) => sum + value, 0);
    const holds = total === right;
    const terms = (shown.length === 0 ? [0] : shown).map(number).join(' + ');
    return { text: `${terms} ${holds ? '=' : '≠'} ${number(right)}`, holds, gap: right - total, words, plain: shown.length < 2 };
  });
  const telling = all.filter(({ holds, plain }) => !holds || !plain);
  return (telling.length === 0 ? all.slice(-1) : telling).map(({ plain: _plain, ...sum }) => sum);
}
