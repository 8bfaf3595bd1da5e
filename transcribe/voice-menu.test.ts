import { describe, expect, it } from 'vitest';
import type { HeardWord } from './heard-word.ts';
import { utterance } from './turns.ts';
import { menuTurns } from './voice-menu.ts';

const menu = (...texts: string[]) =>
  menuTurns(
    texts.map((text, i) => {
      const word: HeardWord = {
        channel: 0,
        startMs: i * 5000,
        endMs: i * 5000 + 4000,
        text,
        glued: false,
        confidence: 900,
        segment: 0,
      };
      return utterance(0, 'agent', 1000, [word]);
    }),
  );

describe('a voice menu', () => {
  it('is what offers keys before anybody answers', () => {
    expect(menu('欢迎致电海川银行，普通话请按1，英语请按2。', '您好，请问有什么可以帮您？', '我想查余额。')).toEqual([
      true,
      false,
      false,
    ]);
    expect(
      menu(
        'Thank you for calling Seaford Bank. For cards, press one.',
        'For English, press two, for loans press three.',
        'Hello, Emily speaking.',
      ),
    ).toEqual([true, true, false]);
  });

  it('is not the agent who asks for a rating at the end, nor one who greets', () => {
    expect(menu('您好，海川银行，本次通话会录音。', '你好。', '请您评价，满意请按1，不满意请按2。')).toEqual([
      false,
      false,
      false,
    ]);
    expect(
      menu('Good morning, this is Daniel from Seaford Bank.', 'Hi.', 'Please press one or press two after the call.'),
    ).toEqual([false, false, false]);
  });
});
