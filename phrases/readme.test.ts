import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { agent, call } from '../test/phrases/call.ts';
import { compileRules, prepareTranscript } from './index.ts';

const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
const examples = [...readme.matchAll(/^\| `(.+)` \| (.+) \| (yes|no|perhaps) \|$/gmu)].map(([, expression, said, value]) => [
  expression ?? '',
  said ?? '',
  value ?? '',
]);

describe('the examples of the README', () => {
  test('are there', () => {
    expect(examples.length).toBeGreaterThan(15);
  });

  test.each(examples)('%s over “%s” is %s', (expression, said, value) => {
    const [result] = compileRules([{ id: 'example', expression: expression ?? '' }]).match(
      prepareTranscript(call([agent(said ?? '')])),
    );
    expect(result?.value).toBe(value);
  });

  test('the program at its head runs', () => {
    const rules = compileRules(
      [
        { id: 'promise', expression: 'agent: ~@promises' },
        { id: 'greeting', expression: 'agent: first 20s: (~@greetings near/15s #number)' },
      ],
      { lists: { promises: ['保证收益', '稳赚不赔'], greetings: ['您好', 'good morning'] } },
    );
    const results = rules.match(prepareTranscript(call([agent('您好，工号8027'), agent('这个稳赚不陪')])));
    expect(results.map(({ id, value }) => [id, value])).toEqual([
      ['promise', 'yes'],
      ['greeting', 'yes'],
    ]);
  });
});
