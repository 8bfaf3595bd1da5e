import type { LeafNode, RuleNode } from './compile.ts';
import type { Found } from './found.ts';
import type { Pattern } from './patterns.ts';
import type { PreparedTranscript } from './prepare.ts';
import type { Unintelligible } from './prepared.ts';
import { startsIn, type Window } from './scopes.ts';

/** People speak about four syllables a second. */
const msPerSyllable = 250;

/** Whether a stretch nobody understood could hide a leaf: long enough, of a possible speaker, in scope. */
export function couldHide(
  prepared: PreparedTranscript,
  stretch: Unintelligible,
  leaf: LeafNode,
  pattern: Pattern,
  window: Window,
): boolean {
  const { turn } = stretch;
  const speaker = leaf.scope.speaker ?? 'anyone';
  if (speaker !== 'anyone' && turn.sure && turn.speaker !== speaker) return false;
  if (stretch.endMs - stretch.startMs < pattern.syllables * msPerSyllable) return false;
  return startsIn(window, foundIn(prepared, stretch, ''));
}

/** A stretch as something that may have been said there. */
export function foundIn(prepared: PreparedTranscript, stretch: Unintelligible, entry: string): Found {
  const { turn, startMs, endMs } = stretch;
  const first = prepared.wordsBefore(startMs);
  return {
    spans: [],
    startMs,
    endMs,
    first,
    last: first - 1,
    turn: turn.index,
    firstTurn: turn.number,
    lastTurn: turn.number,
    score: 0,
    setting: 'plain',
    why: { code: 'unintelligible' },
    entry,
    speaker: turn.speaker,
  };
}

/** The leaves of which something had to be said: those under an even number of `not`s, and not on the far side of what excludes. */
export function wantedLeaves(node: RuleNode, wanted = true): readonly LeafNode[] {
  switch (node.kind) {
    case 'leaf':
      return wanted ? [node] : [];
    case 'not':
      return wantedLeaves(node.of, !wanted);
    case 'outside':
      return [...wantedLeaves(node.first, wanted), ...node.rest.flatMap((part) => wantedLeaves(part, !wanted))];
    case 'notjoin':
      return [...wantedLeaves(node.left, wanted), ...wantedLeaves(node.right, !wanted)];
    case 'count':
    case 'kinds': {
      if (node.compare === '>' || node.compare === '>=') return wantedLeaves(node.of, wanted);
      if (node.compare === '=') return wanted ? [...wantedLeaves(node.of, true), ...wantedLeaves(node.of, false)] : [];
      return wantedLeaves(node.of, !wanted);
    }
    case 'or':
    case 'and':
      return node.parts.flatMap((part) => wantedLeaves(part, wanted));
    case 'pick':
      return wantedLeaves(node.of, wanted);
    case 'join':
      return [node.first, ...node.rest.map((step) => step.part)].flatMap((part) => wantedLeaves(part, wanted));
    default:
      return [];
  }
}
