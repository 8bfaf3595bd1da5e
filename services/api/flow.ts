import type { z } from 'zod';
import type { BilingualText } from '../kernel/index.ts';
import type { flowSchema } from './figure-schemas.ts';
import type { FlowFigures } from './ports.ts';

export type Flow = z.input<typeof flowSchema>;

/**
 * The flow of some days as people read it, with the sums that must hold: each side was counted by itself, so that a sum that
 * does not hold shows a call that was lost or counted twice.
 */
export function flowOf(figures: FlowFigures, days: { from: string; to: string }, now: number): Flow {
  const { expected, received, files, calls, final, needsReview, failedBy } = figures;
  return {
    ...days,
    expected: expected?.announced ?? null,
    arrived: expected?.arrived ?? null,
    missing: expected === undefined ? null : expected.announced - expected.arrived,
    received,
    accepted: files.accepted,
    duplicates: files.duplicate,
    conflicts: files.conflict,
    refused: files.refused,
    erasedFiles: files.erased,
    calls: { ...calls, oldestWaitingMs: calls.oldestWaitingMs ?? null },
    final,
    needsReview,
    failedBy: failedBy.map(({ text, ...each }) => ({ ...each, text: { ...(text ?? unnamed) } })),
    sums: [
      sum([files.accepted, files.duplicate, files.conflict, files.refused, files.erased], received, {
        zh: '成为通话 + 重复 + 冲突 + 拒收 + 已清除 = 收到的文件',
        en: 'calls + duplicates + conflicts + refused + erased = files received',
      }),
      sum([files.accepted, calls.erased], calls.total, {
        zh: '成为通话的文件 + 已清除的通话 = 全部通话',
        en: 'files that became calls + calls erased = all calls',
      }),
      sum([calls.scored, calls.noRubric, calls.waiting, calls.transcribed, calls.failed, calls.erased], calls.total, {
        zh: '已评分 + 无适用评分表 + 待转写 + 待评分 + 失败 + 已清除 = 全部通话',
        en: 'scored + no rubric + waiting + written down + failed + erased = all calls',
      }),
      sum([final, needsReview], calls.scored, {
        zh: '已定 + 待复核 = 已评分',
        en: 'final + needs review = scored',
      }),
    ],
    updatedAt: now,
  };
}

const unnamed: BilingualText = { zh: '没有记录原因', en: 'No reason was noted' };

function sum(left: number[], right: number, words: BilingualText): Flow['sums'][number] {
  return { left, right, holds: left.reduce((total, each) => total + each, 0) === right, words: { ...words } };
}
