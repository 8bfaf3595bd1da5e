import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Scorecard, ScoredCriterion } from '../../scoring/index.ts';
import { backfillScores, publishRubric } from '../../services/main/rubric-publishing.ts';
import { type ChatStub, startChatStub } from '../servers/chat-stub.ts';
import { openProductInside, type ProductInside } from '../servers/product-inside.ts';
import { type SpeechStub, startSpeechStub } from '../servers/speech-stub.ts';

const rubric = `rubric: care
title: { zh: 关怀, en: Care }
languages: [en]
for: {}
sections:
  - id: all
    criteria:
      - id: empathy
        points: 5
        judge: { question: Did the agent acknowledge the difficulty? }
      - id: greeted
        points: 5
        met_when: 'agent: hello'
`;

const spoken = (difficulty: string): string =>
  JSON.stringify({
    version: 1,
    language: 'en',
    durationMs: 20_000,
    layout: 'agent-left',
    turns: [
      ['agent', 'Hello, how can I help you?'],
      ['customer', difficulty],
      ['agent', 'Oh, I am so sorry to hear that. Let me look into it.'],
    ].map(([speaker, text], index) => ({
      id: `t${index + 1}`,
      speaker,
      speakerConfidence: 1,
      channel: speaker === 'agent' ? 0 : 1,
      startMs: index * 6000,
      endMs: index * 6000 + 5000,
      text,
    })),
  });

describe('a product with a judge', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline judge '));
  let quote = 'I am so sorry to hear that';
  let [speech, chat, product]: [SpeechStub?, ChatStub?, ProductInside?] = [];
  const parts = (): { chat: ChatStub; product: ProductInside } => {
    if (chat === undefined || product === undefined) throw new Error('the product did not start');
    return { chat, product };
  };
  const answer = (): string =>
    JSON.stringify({
      answers: [
        {
          question: 'empathy',
          evidence: [{ turn: '3', speaker: 'agent', quote }],
          reason: { zh: '坐席先表示了理解', en: 'the agent said sorry first' },
          verdict: 'yes',
        },
      ],
    });

  beforeAll(async () => {
    writeFileSync(join(folder, 'care.yaml'), rubric);
    speech = await startSpeechStub();
    chat = await startChatStub(() => ({ text: answer() }));
    product = await openProductInside(folder, speech, {
      settings: {
        rubrics: [join(folder, 'care.yaml')],
        judge: {
          baseUrl: chat.baseUrl,
          model: 'stub',
          votes: 2,
          pricePerMillion: { input: 2_000_000, output: 10_000_000 },
          againMs: 200,
        },
      },
    });
  }, 120_000);
  afterAll(async () => {
    await product?.close();
    await chat?.close();
    await speech?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const criteriaOf = async (
    callId: string,
  ): Promise<{ version: number; judge: Scorecard['judge']; of: Map<string, ScoredCriterion> }> => {
    const [card] = (await parts().product.core.scorecards.currentFor(callId))?.scorecards ?? [];
    return {
      version: card?.card.rubric.version ?? 0,
      judge: card?.card.judge,
      of: new Map(card?.card.criteria.map((each) => [each.id, each])),
    };
  };
  async function scored(name: string, difficulty: string): Promise<string> {
    const { core, settled } = parts().product;
    const bytes = (async function* () {
      yield Buffer.from(spoken(difficulty));
    })();
    const { callId = '' } = await core.deliver({ source: 'test', name, metadata: {}, isTranscript: true, bytes });
    await settled();
    expect((await core.calls.get(callId))?.state).toBe('scored');
    return callId;
  }
  const findings = async (): Promise<number> =>
    (
      await sql<{ count: number }>`select count(*)::int as count from scoring.judge_finding`.execute(
        parts().product.core.database.reader(),
      )
    ).rows[0]?.count ?? -1;

  test('a quote that is in the call is the evidence; what it cost is on the scorecard, in the log and the metrics; nobody asks twice', async () => {
    const { chat: asked, product: running } = parts();
    const callId = await scored('first.json', 'My card was declined and I am stuck at a shop.');
    expect((await criteriaOf(callId)).of.get('empathy')).toMatchObject({
      verdict: 'met',
      decidedBy: 'judge',
      evidence: [{ turnId: 't3', speaker: 'agent', text: 'I am so sorry to hear that' }],
    });
    expect(asked.requests).toHaveLength(2);
    // Two votes of 4000 tokens in and 600 out.
    const log = readFileSync(join(running.home, 'logs', 'plumbline.log'), 'utf8');
    expect(log).toMatch(new RegExp(`"callId":"${callId}","costMicros":28000,`));
    const metrics = async (): Promise<string> => (await fetch(new URL('/metrics', running.url))).text();
    expect(await metrics()).toContain('plumbline_judge_spent_micros_today 28000');
    const cost = { costMicros: 28_000, askedTokens: 8000, answeredTokens: 1200 };
    expect((await criteriaOf(callId)).judge).toEqual(cost);

    await publishRubric(running.core, rubric.replace('en: Care', 'en: Good care'));
    await backfillScores(running.core);
    await running.settled();
    const again = await criteriaOf(callId);
    expect(again.version).toBe(2);
    expect(again.judge).toEqual(cost);
    expect(again.of.get('empathy')).toMatchObject({ verdict: 'met', decidedBy: 'judge' });
    expect(asked.requests).toHaveLength(2);
  });

  test('an erased call takes what the judge found with it', async () => {
    const callId = await scored('second.json', 'I lost my card on a train yesterday.');
    expect(await findings()).toBe(2);
    await parts().product.core.erase(callId);
    expect(await findings()).toBe(1);
  });

  test('a scoring that runs alone in a child asks the judge too', async () => {
    const { core, home } = parts().product;
    await sql`
      create function runtime.lost_before() returns trigger language plpgsql as 'begin new.losses = 3; return new; end';
      create trigger lost_before before insert on runtime.job for each row
        when (new.stage = 'score') execute function runtime.lost_before()
    `.execute(core.database.reader());
    const callId = await scored('alone.json', 'The app closes whenever I open my statement.');
    await sql`drop trigger lost_before on runtime.job`.execute(core.database.reader());
    expect((await criteriaOf(callId)).of.get('empathy')).toMatchObject({ verdict: 'met', decidedBy: 'judge' });
    const paid = readFileSync(join(home, 'logs', 'plumbline.log'), 'utf8')
      .split('\n')
      .find((line) => line.includes(`"callId":"${callId}","costMicros"`));
    expect(paid).toContain('"process":"lone-job"');
  });

  test('a quote that nobody said is no evidence: a person decides', async () => {
    quote = 'We will refund everything at once';
    const callId = await scored('third.json', 'The machine took my money and gave me nothing.');
    expect((await criteriaOf(callId)).of.get('empathy')).toMatchObject({
      verdict: 'needs_review',
      evidence: [],
      reason: { en: expect.stringContaining('quote not found') },
    });
  });

  let waiting = '';
  test('a judge that is away: a person decides, and the rest is scored', async () => {
    await parts().chat.close();
    const callId = await scored('fourth.json', 'Nobody called me back for a week.');
    waiting = callId;
    const { of } = await criteriaOf(callId);
    expect(of.get('empathy')).toMatchObject({
      verdict: 'needs_review',
      reason: { en: expect.stringContaining('could not be reached') },
    });
    expect(of.get('greeted')).toMatchObject({ verdict: 'met' });
  });

  test('when it is back the call is asked about again by itself, and what a person decided stays', async () => {
    const { core } = parts().product;
    await sql`
      insert into scoring.decision (call_id, rubric_id, criterion, decision)
      values (${waiting}, 'care', 'greeted', ${JSON.stringify({ criterion: 'greeted', verdict: 'unmet', by: 'person' })}::jsonb)
    `.execute(core.database.reader());
    // An attempt that is under way has read what people decided before: it is over when the judge was missed once more.
    const missed = async (): Promise<number> =>
      (
        await sql<{ missed: number }>`select missed from scoring.judge_missed where call_id = ${waiting}`.execute(
          core.database.reader(),
        )
      ).rows[0]?.missed ?? 0;
    const before = await missed();
    await vi.waitFor(async () => expect(await missed()).toBeGreaterThan(before), { timeout: 30_000, interval: 50 });
    quote = 'I am so sorry to hear that';
    chat = await startChatStub(() => ({ text: answer() }), Number(new URL(parts().chat.baseUrl).port));
    await vi.waitFor(
      async () => {
        const { of, judge } = await criteriaOf(waiting);
        expect(of.get('empathy')).toMatchObject({ verdict: 'met', decidedBy: 'judge' });
        expect(of.get('greeted')).toMatchObject({ verdict: 'unmet', decidedBy: 'person', machine: 'met' });
        expect(judge?.costMicros).toBe(28_000);
      },
      { timeout: 45_000, interval: 100 },
    );
    expect((await core.calls.get(waiting))?.state).toBe('scored');
  });
});
