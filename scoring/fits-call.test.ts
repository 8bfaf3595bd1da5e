import { expect, test } from 'vitest';
import { fitsCall } from './fits-call.ts';
import { readRubric } from './read-rubric.ts';

function fits(wanted: string, metadata: Parameters<typeof fitsCall>[1]): boolean {
  const result = readRubric(
    `rubric: r\nfor: ${wanted}\nsections: [{ id: s, criteria: [{ id: c, points: 1, met_when: hello }] }]`,
  );
  if ('errors' in result) throw new Error(JSON.stringify(result.errors));
  return fitsCall(result.rubric, metadata);
}

test.each([
  ['{ direction: outbound, queue: wealth-* }', { direction: 'outbound', queue: 'wealth-outbound' }, true],
  ['{ direction: outbound, queue: wealth-* }', { direction: 'inbound', queue: 'wealth-outbound' }, false],
  ['{ direction: outbound, queue: wealth-* }', { direction: 'outbound' }, false],
  ['{ queue: [card-*, account-*] }', { queue: 'account-enquiry' }, true],
  ['{ queue: "!test-*" }', { queue: 'test-1' }, false],
  ['{ queue: 信用卡* }', { queue: '信用卡分期' }, true],
  ['{ queue: Wealth-* }', { queue: 'WEALTH-desk' }, true],
  ['{}', {}, true],
] as const)('a rubric for %s and a call %j: %s', (wanted, metadata, expected) => {
  expect(fits(wanted, metadata)).toBe(expected);
});
