import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Transcript, transcriptSchema } from '../transcribe/index.ts';
import { readRubric } from './read-rubric.ts';
import type { Rubric } from './rubric.ts';
import { scoreTranscript } from './score-transcript.ts';
import { type Scorecard, scorecardSchema } from './scorecard.ts';

const root = join(import.meta.dirname, '..');

function fixture(id: string): Transcript {
  return transcriptSchema.parse(JSON.parse(readFileSync(join(root, 'test/fixtures/synth', `${id}.transcript.json`), 'utf8')));
}

function rubricOf(yaml: string): Rubric {
  const result = readRubric(yaml);
  if ('errors' in result) throw new Error(JSON.stringify(result.errors));
  return result.rubric;
}

const example = rubricOf(readFileSync(join(import.meta.dirname, 'example-rubric.yaml'), 'utf8'));
const verdicts = (card: Scorecard) => Object.fromEntries(card.criteria.map(({ id, verdict }) => [id, verdict]));

function call(language: string, ...turns: [speaker: string, text: string, confidence?: number][]): Transcript {
  return transcriptSchema.parse({
    version: 1,
    language,
    durationMs: turns.length * 5000,
    layout: 'agent-left',
    turns: turns.map(([speaker, text, confidence], index) => {
      const [startMs, endMs] = [index * 5000, index * 5000 + 4500];
      const words = confidence === undefined ? {} : { words: [{ text, startMs, endMs, confidence }] };
      return { id: `t${index + 1}`, speaker, startMs, endMs, text, ...words };
    }),
  });
}

const one = (criterion: string, head = ''): Rubric =>
  rubricOf(`rubric: r\n${head}\nsections: [{ id: s, criteria: [{ id: c, points: 10, ${criterion} }] }]`);
const verdictOf = (rubric: Rubric, transcript: Transcript) => scoreTranscript(rubric, transcript).criteria[0];

describe('the example rubric on calls whose truth is known', () => {
  test('an exemplary call: what rules can decide is met, the rest is for people, and the score says so', () => {
    const card = scoreTranscript(example, fixture('zh-01'));
    expect(verdicts(card)).toMatchObject({
      'no-promise': 'met',
      'risk-statement': 'met',
      'dead-air': 'met',
      empathy: 'needs_review',
      'soft-skills': 'needs_review',
    });
    expect(card.score).toMatchObject({ provisional: true, percent: 100, high: 100 });
    expect(card.criteria.find(({ id }) => id === 'soft-skills')).toMatchObject({ open: true });
  });

  test('returns promised: critical, zero, the sentence that proves it, and the score before', () => {
    const card = scoreTranscript(example, fixture('zh-02'));
    const promise = card.criteria.find(({ id }) => id === 'no-promise');
    expect(promise).toMatchObject({ verdict: 'unmet', critical: 'compliance', confirmed: false });
    expect(promise?.evidence.map(({ turnId, text }) => [turnId, text])).toContainEqual(['t8', '保证收益']);
    expect(card.score.percent).toBe(0);
    expect(card.score.beforeCritical).toBeGreaterThan(0);
    expect(card.critical).toMatchObject({ compliance: 2, customer: 1, unconfirmed: 3 });
  });

  test('a promise that is denied or asked about is no promise, and is noted', () => {
    const card = scoreTranscript(example, fixture('zh-06'));
    const promise = card.criteria.find(({ id }) => id === 'no-promise');
    expect(promise?.verdict).toBe('met');
    expect(promise?.nearMisses?.length).toBeGreaterThan(0);
  });
});

describe('a scorecard', () => {
  test('is the same to the byte every time, and fits its published shape', () => {
    const [first, second] = [scoreTranscript(example, fixture('zh-04')), scoreTranscript(example, fixture('zh-04'))];
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
    expect(scorecardSchema.parse(first)).toEqual(first);
  });

  test.each(['zh-01', 'zh-02', 'zh-03', 'zh-04', 'zh-05', 'zh-06', 'zh-07', 'en-01', 'en-02', 'en-03', 'en-04', 'en-05'])(
    'has proof and a sentence in both languages for every verdict: %s',
    (id) => {
      const transcript = fixture(id);
      for (const criterion of scoreTranscript(example, transcript).criteria) {
        expect(criterion.evidence.length > 0 || criterion.searched !== undefined).toBe(true);
        expect(criterion.reason.zh).toMatch(/^“.+”(符合|不符合|不适用|需要人工判定)：.+。$/u);
        expect(criterion.reason.en).toMatch(/^“.+” – (met|not met|does not apply|a person must decide): .+\.$/u);
        for (const { turnId, startMs, endMs, speaker } of criterion.evidence) {
          const turn = transcript.turns.find((each) => each.id === turnId);
          if (turnId === null || speaker === 'anyone') continue;
          expect(turn?.speaker).toBe(speaker);
          expect(startMs).toBeGreaterThanOrEqual(turn?.startMs ?? Infinity);
          expect(endMs).toBeGreaterThan(startMs);
        }
      }
    },
  );

  test('the shape refuses a verdict without proof', () => {
    const card = scoreTranscript(example, fixture('zh-01'));
    const [first, ...rest] = card.criteria;
    const { searched: _, ...bare } = { ...first, evidence: [] };
    expect(scorecardSchema.safeParse({ ...card, criteria: [bare, ...rest] }).success).toBe(false);
  });
});

describe('a rubric that is not for the call', () => {
  test('scores nothing: no criteria, no percentage', () => {
    const card = scoreTranscript(example, fixture('zh-01'), { metadata: { direction: 'inbound', queue: 'cards' } });
    expect(card).toMatchObject({ fits: false, criteria: [], score: { percent: null } });
  });
  test('and one that is for it scores as without metadata', () => {
    const metadata = { direction: 'outbound', queue: 'wealth-outbound' } as const;
    expect(scoreTranscript(example, fixture('zh-01'), { metadata })).toEqual(scoreTranscript(example, fixture('zh-01')));
  });
});

describe('what people decided', () => {
  test('stands, confirms a critical error, and settles the score', () => {
    const decisions = [
      { criterion: 'empathy', verdict: 'met' },
      { criterion: 'soft-skills', verdict: 'met' },
      { criterion: 'greeting', verdict: 'met' },
      { criterion: 'no-promise', verdict: 'unmet' },
    ] as const;
    const card = scoreTranscript(example, fixture('zh-01'), { decisions });
    expect(card.score.percent).toBe(0);
    expect(card.criteria.find(({ id }) => id === 'no-promise')).toMatchObject({
      verdict: 'unmet',
      decidedBy: 'person',
      confirmed: true,
      machine: 'met',
    });
    expect(card.critical).toMatchObject({ compliance: 1, unconfirmed: 0 });
  });
});

describe('languages', () => {
  const bilingual = one("met_when: { zh: 'agent: 感谢来电', en: 'agent: thanks for calling' }");
  test('each call is read by its own wording, a mixed one by both', () => {
    expect(verdictOf(bilingual, call('zh', ['agent', '感谢来电，再见']))?.verdict).toBe('met');
    expect(verdictOf(bilingual, call('en', ['agent', 'thanks for calling, bye']))?.verdict).toBe('met');
    expect(
      verdictOf(
        bilingual,
        call(
          'zh',
          ['agent', '您好，请问有什么可以帮您办理的业务吗'],
          ['customer', 'sorry could you please speak english with me because i do not understand'],
          ['agent', 'sure, thanks for calling'],
        ),
      )?.verdict,
    ).toBe('met');
    expect(verdictOf(bilingual, call('zh', ['agent', 'thanks for calling']))?.verdict).toBe('unmet');
  });
  test('no wording in the call’s language: a person decides', () => {
    const chinese = one("met_when: { zh: 'agent: 感谢来电' }");
    expect(verdictOf(chinese, call('en', ['agent', 'thanks for calling']))?.verdict).toBe('needs_review');
    expect(verdictOf(bilingual, call('fr', ['agent', 'merci de votre appel']))?.verdict).toBe('needs_review');
  });
  test('what needs no words is decided in any language', () => {
    expect(verdictOf(one('unmet_when: silence > 15s'), call('fr', ['agent', 'bonjour']))?.verdict).toBe('met');
  });
});

describe('speech that nobody understood', () => {
  const unclear: [string, string, number] = ['agent', '呜噜呜噜呜噜呜噜呜噜呜噜', 0.1];
  test('may have held what had to be said: a person decides', () => {
    expect(verdictOf(one("met_when: 'agent: 感谢来电'"), call('zh', unclear, ['customer', '好的，再见了啊']))?.verdict).toBe(
      'needs_review',
    );
  });
  test('is no sign of what must not be said: met, noted', () => {
    const result = verdictOf(one("unmet_when: 'agent: 稳赚不赔'"), call('zh', unclear, ['customer', '好的，再见了啊']));
    expect(result?.verdict).toBe('met');
    expect(result?.reason.zh).toContain('听不清');
  });
  test('under a not it is the other way round', () => {
    expect(verdictOf(one("met_when: 'not agent: 稳赚不赔'"), call('zh', unclear))?.verdict).toBe('met');
    expect(verdictOf(one("unmet_when: 'not agent: 感谢来电'"), call('zh', unclear))?.verdict).toBe('needs_review');
  });
});

describe('how it was said counts for what must not be said, wherever it stands', () => {
  test.each([
    ["unmet_when: 'agent: 保证收益'", '这个保证收益的', 'unmet'],
    ["unmet_when: 'agent: 保证收益'", '我们不保证收益', 'met'],
    ["unmet_when: 'agent: 保证收益'", '有没有人跟您说过保证收益？', 'needs_review'],
    ["unmet_when: 'agent: 保证收益 and agent: 理财'", '这款理财不保证收益', 'met'],
    ["unmet_when: 'agent: 保证收益 and agent: 理财'", '这款理财保证收益', 'unmet'],
    ["met_when: 'not agent: 保证收益'", '我们不保证收益', 'met'],
    ["met_when: 'not agent: 保证收益'", '这个保证收益的', 'unmet'],
  ])('%s – %s: %s', (criterion, text, expected) => {
    expect(verdictOf(one(criterion), call('zh', ['agent', text]))?.verdict).toBe(expected);
  });
});

describe('deducted for each hit', () => {
  const rubric = one("unmet_when: 'agent: (稳赚 or 稳赚不赔)', deduct_per_hit: 4");
  test('what was said once counts once, however many phrases it fits', () => {
    const result = verdictOf(
      rubric,
      call('zh', ['agent', '这个稳赚不赔的'], ['customer', '真的吗，我再想想'], ['agent', '稳赚的']),
    );
    expect(result).toMatchObject({ verdict: 'unmet', earned: 2 });
    expect(result?.evidence.map(({ text }) => text)).toEqual(['稳赚不赔', '稳赚']);
  });
});
