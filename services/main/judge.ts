import { Gauge, Registry } from 'prom-client';
import { openAiJudge } from '../adapters/openai-judge/index.ts';
import type { Database } from '../adapters/postgres/database.ts';
import { PostgresJudgeBudget, PostgresJudgeCache } from '../adapters/postgres/judge-store.ts';
import { type Settings, systemClock } from '../kernel/index.ts';
import type { Log } from '../runtime/index.ts';
import type { ScoreCallDeps } from '../../scoring/index.ts';

/** What scoring needs to ask the judge of the settings, its cost in the log; nothing at all where the settings name none. */
export function openJudge({ judge }: Settings, database: Database, log: Log): Pick<ScoreCallDeps, 'judge' | 'onJudgeCost'> {
  const { baseUrl, apiKey, model, votes, threshold, timeoutMs, pricePerMillion } = judge;
  if (baseUrl === undefined || model === undefined) return {};
  return {
    judge: {
      judge: openAiJudge({ baseUrl, apiKey, model, timeoutMs, pricePerMillion }),
      cache: new PostgresJudgeCache(database),
      budget: budgetOf(judge, database),
      votes,
      threshold,
    },
    onJudgeCost: (callId, costMicros) => {
      if (costMicros > 0) log.info({ callId, costMicros }, 'the judge was paid');
    },
  };
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
