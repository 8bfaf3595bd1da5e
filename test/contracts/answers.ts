import { describe, expect, test } from 'vitest';
import type { Answers } from '../../services/api/index.ts';

/** What every keeper of answers does. `open` gives an empty one each time. */
export function answersContract(name: string, open: () => Promise<Answers>): void {
  describe(`kept answers: ${name}`, () => {
    const answer = { status: 201, body: { version: 3, 名称: '信用卡' } };

    test('a key is begun once; its answer is given again to the same request, and to no other', async () => {
      const answers = await open();
      expect(await answers.begin('k', 'h')).toBe('begun');
      expect(await answers.begin('k', 'h')).toBe('running');
      await answers.end('k', answer);
      await answers.end('k', { status: 500, body: null });
      expect(await answers.begin('k', 'h')).toEqual(answer);
      expect(await answers.begin('k', 'other')).toBe('other');
      await answers.abandon('k');
      expect(await answers.begin('k', 'h')).toEqual(answer);
    });

    test('what was abandoned can be begun again', async () => {
      const answers = await open();
      await answers.begin('k', 'h');
      await answers.abandon('k');
      expect(await answers.begin('k', 'other')).toBe('begun');
    });

    test('of several that begin at once one does', async () => {
      const answers = await open();
      const begun = await Promise.all(Array.from({ length: 5 }, () => answers.begin('k', 'h')));
      expect(begun.filter((each) => each === 'begun').length).toBe(1);
    });
  });
}
