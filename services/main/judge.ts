import { Gauge, Registry } from 'prom-client';
import { MemoryJudgeBudget } from '../adapters/memory/scoring.ts';
import { openAiJudge } from '../adapters/openai-judge/index.ts';
import type { Database } from '../adapters/postgres/database.ts';
import { PostgresJudgeBudget, PostgresJudgeCache, PostgresJudgeWaits } from '../adapters/postgres/judge-store.ts';
import { type Settings, systemClock } from '../kernel/index.ts';
import type { Log } from '../runtime/index.ts';
import type { JudgeBudget, JudgeDeps, ScoreCallDeps } from '../../scoring/index.ts';
import { JudgeReturn } from './judge-return.ts';

/** The judge of the settings without a database: nothing is remembered, and the cap of a day holds for this run. */
export function openLoneJudge({ judge }: Settings): JudgeDeps | undefined {
  const asked = judgeOf(judge);
  return asked === undefined
    ? undefined
    : {
        ...asked,
        budget: new MemoryJudgeBudget(systemClock, judge.dailyCapMicros),
        votes: judge.votes,
        threshold: judge.threshold,
      };
}

function judgeOf({
  baseUrl,
  apiKey,
  model,
  timeoutMs,
  pricePerMillion,
}: Settings['judge']): Pick<JudgeDeps, 'judge'> | undefined {
  if (baseUrl === undefined || model === undefined) return undefined;
  return { judge: openAiJudge({ baseUrl, apiKey, model, timeoutMs, pricePerMillion }) };
}

/** What scoring needs to ask the judge of the settings, its cost in the log; nothing at all where the settings name none. */
export function openJudge({ judge }: Settings, database: Database, log: Log): Pick<ScoreCallDeps, 'judge' | 'onJudgeCost'> {
  const asked = judgeOf(judge);
  if (asked === undefined) return {};
  return {
    judge: {
      ...asked,
      cache: new PostgresJudgeCache(database),
      budget: budgetOf(judge, database),
      waits: new PostgresJudgeWaits(database),
      votes: judge.votes,
      threshold: judge.threshold,
    },
    onJudgeCost: (callId, { micros, asked, answered }) => {
      if (asked + answered > 0)
        log.info({ callId, costMicros: micros, askedTokens: asked, answeredTokens: answered }, 'the judge was paid');
    },
  };
}

/** Asks again about calls whose judge was away; undefined where the settings name none. */
export function judgeReturn(
  { judge }: Settings,
  database: Database,
  scoreAgain: (callIds: readonly string[]) => Promise<unknown>,
): JudgeReturn | undefined {
  if (judge.baseUrl === undefined || judge.model === undefined) return undefined;
  const budget: JudgeBudget = budgetOf(judge, database);
  return new JudgeReturn(new PostgresJudgeWaits(database), budget, scoreAgain);
}

/** What the judge cost today as a Prometheus metric, in millionths; an empty text where the settings name none. */
export function judgeMetrics({ judge }: Settings, database: Database): () => Promise<string> {
  if (judge.baseUrl === undefined) return () => Promise.resolve('');
  const budget = budgetOf(judge, database);
  const registry = new Registry();
  const spent = new Gauge({
    name: 'plumbline_judge_spent_micros_today',
    help: 'What the judge cost since midnight UTC, in millionths of the currency of its price',
    registers: [registry],
  });
  return async () => {
    spent.set(await budget.spent());
    return registry.metrics();
  };
}

function budgetOf({ dailyCapMicros }: Settings['judge'], database: Database): PostgresJudgeBudget {
  return new PostgresJudgeBudget(database, systemClock, dailyCapMicros);
}
