import { describe, expect, test } from 'vitest';
import { namesTag, revisionOfTag } from './entity-tag.ts';

describe('entity tags', () => {
  test.each([
    ['"a"', true],
    ['W/"a"', true],
    ['"b", "a"', true],
    ['*', true],
    ['"b"', false],
    ['a', false],
    [undefined, false],
  ])('If-None-Match %j names "a": %j', (header, named) => {
    expect(namesTag(header, '"a"')).toBe(named);
  });

  test.each([
    ['"7-0f3a"', 7],
    ['"7"', 7],
    ['7', 7],
    ['*', 'any'],
    ['"x"', undefined],
    ['', undefined],
    [undefined, undefined],
    ['"7" "8"', undefined],
  ])('If-Match %j asks for revision %j', (header, revision) => {
    expect(revisionOfTag(header)).toBe(revision);
  });
});
