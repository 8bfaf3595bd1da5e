import { describe, expect, it } from 'vitest';
import type { HeardWord } from './heard-word.ts';
import { textOf } from './heard-word.ts';
import { speakerOf, turnsOfChannels } from './turns.ts';

/** Words of one channel: `text@from-to` in seconds. */
function words(channel: 0 | 1, script: string): HeardWord[] {
  return script.split(/\s+/u).map((entry) => {
    const [text, times] = entry.split('@') as [string, string];
    const [from, to] = times.split('-').map(Number) as [number, number];
    return { channel, startMs: from * 1000, endMs: to * 1000, text, glued: false, confidence: 900, segment: 0 };
  });
}

const backchannels = new Set(['嗯', 'uh-huh']);
const read = (left: string, right: string) =>
  turnsOfChannels([words(0, left), right === '' ? [] : words(1, right)], 'agent-left', (text) => backchannels.has(text)).map(
    (turn) => `${turn.speaker} ${turn.startMs / 1000}-${turn.endMs / 1000} ${textOf(turn.words)}`,
  );

describe('turns of a recording with one person a channel', () => {
  it('follow each other by time', () => {
    expect(read('good@0-0.4 morning@0.4-1 thanks@3-3.4', 'hello@1.4-2')).toEqual([
      'agent 0-1 good morning',
      'customer 1.4-2 hello',
      'agent 3-3.4 thanks',
    ]);
  });

  it('stay one turn over a short pause in which nobody answers', () => {
    expect(read('one@0-0.5 moment@1.6-2', 'so@5-5.3')).toEqual(['agent 0-2 one moment', 'customer 5-5.3 so']);
  });

  it('end where the speaker is silent for long', () => {
    expect(read('hold@0-0.5 on@0.5-0.8 back@6-6.5', '')).toEqual(['agent 0-0.8 hold on', 'agent 6-6.5 back']);
  });

  it('keep a back-channel apart and the turn around it whole', () => {
    expect(read('the@0-0.3 fee@0.3-0.8 is@1.3-1.5 ten@1.5-2', '嗯@0.9-1.2')).toEqual([
      'agent 0-2 the fee is ten',
      'customer 0.9-1.2 嗯',
    ]);
  });

  it('are split where the other takes the turn in a pause', () => {
    expect(read('name@0-0.5 please@0.5-0.9 thanks@2-2.4', 'Lau@1.1-1.8')).toEqual([
      'agent 0-0.9 name please',
      'customer 1.1-1.8 Lau',
      'agent 2-2.4 thanks',
    ]);
  });

  it('keep their overlap when one breaks in', () => {
    expect(read('let@0-0.4 me@0.4-0.8 explain@0.8-1.4 it@1.4-1.6', 'no@0.7-0.9 listen@0.9-2.2')).toEqual([
      'agent 0-1.6 let me explain it',
      'customer 0.7-2.2 no listen',
    ]);
  });

  it('have their speaker from the layout', () => {
    expect([speakerOf('agent-left', 0), speakerOf('agent-left', 1)]).toEqual(['agent', 'customer']);
    expect([speakerOf('agent-right', 0), speakerOf('agent-right', 1)]).toEqual(['customer', 'agent']);
    expect(speakerOf('mono', 0)).toBe('unknown');
  });
});
