import { expect, test } from 'vitest';
import { sharedListTitles } from './shared-list-titles.ts';
import { sharedLists } from './shared-lists.ts';

test('every shared list has a title in both languages, and no title is without a list', () => {
  expect(Object.keys(sharedListTitles).toSorted()).toEqual(Object.keys(sharedLists).toSorted());
  expect(new Set(Object.values(sharedListTitles).map(({ zh }) => zh)).size).toBe(Object.keys(sharedLists).length);
});
