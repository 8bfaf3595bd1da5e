import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRubric, rubricHash } from './read-rubric.ts';
import { rubricJsonSchema } from './rubric-file.ts';
import { criteriaOf, type Rubric } from './rubric.ts';

const example = readFileSync(join(import.meta.dirname, 'example-rubric.yaml'), 'utf8');

function rubricOf(yaml: string): Rubric {
  const result = readRubric(yaml);
  if ('errors' in result) throw new Error(JSON.stringify(result.errors, null, 1));
  return result.rubric;
}

function errorsOf(yaml: string): readonly string[] {
  const result = readRubric(yaml);
  return 'errors' in result ? result.errors.map(({ line, column, text }) => `${line}:${column} ${text.en}`) : [];
}

/** A rubric of one criterion, whose lines begin at line 6. */
const one = (...lines: string[]): string =>
  [
    'rubric: test',
    'sections:',
    '  - id: all',
    '    criteria:',
    '      - id: only',
    ...lines.map((line) => `        ${line}`),
  ].join('\n');

describe('the example rubric', () => {
  const rubric = rubricOf(example);

  test('has its criteria in order, with points in ten-thousandths', () => {
    expect(criteriaOf(rubric).map(({ id, points }) => [id, points / 10_000])).toEqual([
      ['greeting', 10],
      ['identity', 10],
      ['no-promise', 0],
      ['risk-statement', 20],
      ['dead-air', 10],
      ['empathy', 10],
      ['soft-skills', 5],
    ]);
  });

  test('carries the shared list that it names beside its own', () => {
    expect(Object.keys(rubric.lists)).toContain('hold_notice');
    expect(Object.keys(rubric.lists)).toContain('promises');
    expect(Object.keys(rubric.lists)).not.toContain('courtesies');
  });

  test('has a critical error set the whole call to zero where it says nothing else', () => {
    expect(criteriaOf(rubric).find(({ id }) => id === 'identity')?.critical).toEqual({ class: 'compliance', sets: 'call' });
  });
});

describe('the hash of a rubric', () => {
  test('does not change with layout and comments', () => {
    const spaced = `# a comment\n${example.replaceAll('{ zh: ', '{  zh:   ')}\n\n`;
    expect(rubricHash(rubricOf(spaced))).toBe(rubricHash(rubricOf(example)));
  });

  test('changes with a single phrase', () => {
    expect(rubricHash(rubricOf(example.replace('稳赚不赔', '稳赚')))).not.toBe(rubricHash(rubricOf(example)));
  });

  test('changes with a shared list that the rubric uses, and not with one that it does not', () => {
    const hash = (sharedLists: Record<string, string[]>) => {
      const result = readRubric(example, { sharedLists });
      return 'rubric' in result ? rubricHash(result.rubric) : undefined;
    };
    const before = hash({ hold_notice: ['请稍等'], other: ['a'] });
    expect(hash({ hold_notice: ['请稍等'], other: ['b'] })).toBe(before);
    expect(hash({ hold_notice: ['请稍候'], other: ['a'] })).not.toBe(before);
  });
});

describe('every problem is shown at its line and column', () => {
  test.each([
    ['neither points nor critical', one('met_when: hello'), ['5:9 a criterion needs points, or is critical']],
    [
      'nothing that decides',
      one('points: 5'),
      ['5:9 nothing says how this is decided: give met_when, unmet_when, script, judge or people_only'],
    ],
    [
      'an unknown list, with the near one',
      one('points: 5', "met_when: 'agent: @hold_notise'"),
      [expect.stringMatching(/^7:27 .*@hold_notice/)],
    ],
    [
      'an expression that does not parse',
      one('points: 5', `met_when: '"a" before/5parsecs "b"'`),
      [expect.stringMatching(/^7:\d+ /)],
    ],
    [
      'an unknown field, with the near one',
      one('points: 5', 'met_wen: hello'),
      ['7:9 there is no field met_wen here; did you mean met_when?'],
    ],
    ['a number that is none', one('points: ten', 'met_when: hello'), ['6:17 a number is expected here']],
    ['too many decimals', one('points: 0.00001', 'met_when: hello'), ['6:17 at most four decimals']],
    [
      'people_only beside a rule',
      one('points: 5', 'people_only: true', 'met_when: hello'),
      ['8:9 people_only is decided by people: met_when would never be read'],
    ],
    ['a script that is not there', one('points: 5', 'script: risk'), ['7:17 there is no such script']],
    [
      'deduct_per_hit without what is counted',
      one('points: 5', 'met_when: hello', 'deduct_per_hit: 1'),
      ['8:9 deduct_per_hit takes points for each hit of unmet_when, which is missing'],
    ],
    ['an expression in no language', one('points: 5', 'met_when: {}'), ['7:19 give the expression in at least one language']],
    [
      'a class that is none',
      one('critical: reputation', 'unmet_when: hello'),
      ['6:19 one of customer, business, compliance is expected here'],
    ],
    ['broken YAML', 'rubric: test\nsections:\n  - id: [a\n', [expect.stringMatching(/^\d+:\d+ /)]],
    ['an empty file', '', [expect.stringMatching(/^1:1 /)]],
    [
      'two criteria of one name',
      `${one('points: 5', 'met_when: a')}\n      - { id: only, points: 1, met_when: b }`,
      ['8:15 this name is taken already'],
    ],
  ])('%s', (_, yaml, expected) => {
    expect(errorsOf(yaml)).toEqual(expected);
  });

  test('all of them at once, each in its own place, also after a part that was wrong', () => {
    const yaml = [
      'rubric: test',
      'for: { queues: x }',
      'score: { method: points }',
      'lists: { a: [ "@b" ], b: [ "@a" ] }',
      'sections:',
      '  - id: all',
      '    weight: 3',
      '    criteria:',
      '      - { id: BAD, points: 1, met_when: x }',
      '      - { id: second, points: 1, met_when: "@none" }',
    ].join('\n');
    expect(errorsOf(yaml)).toEqual([
      '2:8 calls have no field queues; did you mean queue?',
      expect.stringMatching(/^4:10 .*@a/),
      expect.stringMatching(/^4:23 .*@b/),
      '7:5 weights are not used with method: points',
      expect.stringMatching(/^9:15 a name has lower case letters/),
      expect.stringMatching(/^10:45 .*@none/),
    ]);
  });

  test('columns count characters as people see them, not bytes', () => {
    expect(errorsOf(one('points: 5', `met_when: '"𠮷您好" 与 near/5parsecs "b"'`))[0]).toMatch(/^7:34 /);
  });
});

describe('the JSON Schema', () => {
  test('names every field of a criterion', () => {
    const schema = JSON.stringify(rubricJsonSchema());
    for (const field of [
      'applies_when',
      'met_when',
      'unmet_when',
      'must_come_before',
      'deduct_per_hit',
      'people_only',
      'critical_sets',
    ])
      expect(schema).toContain(`"${field}"`);
  });
});

describe('a file that somebody is still typing', () => {
  const runs = Math.round(300 * Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1));
  const lines = example.split('\n');
  const edit = fc.record({
    line: fc.nat(lines.length - 1),
    at: fc.nat(60),
    remove: fc.integer({ min: 0, max: 12 }),
    insert: fc.constantFrom(
      '',
      ' ',
      ':',
      '"',
      "'",
      '[',
      '}',
      '~',
      '@x',
      '#',
      '- ',
      '\n',
      '\t',
      '&a',
      '*a',
      '5',
      'near',
      '且',
      '🙂',
      '!!js',
      '? ',
    ),
  });
  test('is read or refused, and every problem lies in it', () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const typed = [...lines];
        for (const { line, at, remove, insert } of edits) {
          const characters = Array.from(typed[line] ?? '');
          characters.splice(Math.min(at, characters.length), remove, insert);
          typed[line] = characters.join('');
        }
        const text = typed.join('\n');
        const result = readRubric(text);
        if ('rubric' in result) return;
        expect(result.errors.length).toBeGreaterThan(0);
        const written = text.split('\n');
        for (const { line, column, text: said } of result.errors) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(written.length + 1);
          expect(column).toBeGreaterThanOrEqual(1);
          expect(column).toBeLessThanOrEqual(Array.from(written[line - 1] ?? '').length + 2);
          expect(said.zh).not.toBe('');
          expect(said.en).not.toBe('');
        }
      }),
      { numRuns: runs },
    );
  });
  test.each(['', '[]', '5', 'a: &x [*x]', '- 1\n- 2', 'rubric: r', 'rubric: r\nsections: []', '"'])('%j is refused', (text) => {
    expect(errorsOf(text).length).toBeGreaterThan(0);
  });
});
