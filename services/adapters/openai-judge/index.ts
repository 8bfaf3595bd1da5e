import OpenAI, { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai';
import { z } from 'zod';
import type { Judge, JudgeCost, JudgeRequest } from '../../../scoring/index.ts';
import { dependencyAway, Failure } from '../../kernel/index.ts';

export interface OpenAiJudgeOptions {
  readonly baseUrl: string;
  /** Undefined for endpoints that want none. */
  readonly apiKey?: string | undefined;
  readonly model: string;
  /** For one attempt, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** Attempts after the first, with pauses as the endpoint asks (Retry-After) or growing ones. */
  readonly retries?: number | undefined;
  /** Votes differ only where this is above 0. */
  readonly temperature?: number | undefined;
  /** Millionths of the budget's currency for a million tokens. */
  readonly pricePerMillion?: { readonly input: number; readonly output: number } | undefined;
}

const completionSchema = z.looseObject({
  choices: z
    .array(z.looseObject({ finish_reason: z.string().nullish(), message: z.looseObject({ content: z.string().nullish() }) }))
    .min(1),
  usage: z.looseObject({ prompt_tokens: z.int().min(0), completion_tokens: z.int().min(0) }).nullish(),
});

/** A judge over any endpoint that speaks OpenAI's `/v1/chat/completions` with structured outputs; nothing is streamed. */
export function openAiJudge(options: OpenAiJudgeOptions): Judge {
  const { model, temperature = 0.7 } = options;
  // Everything is given: the package would otherwise read keys, organisations and addresses from the environment.
  const client = new OpenAI({
    baseURL: options.baseUrl,
    apiKey: options.apiKey ?? 'none',
    organization: null,
    project: null,
    webhookSecret: null,
    timeout: options.timeoutMs ?? 60_000,
    maxRetries: options.retries ?? 2,
    logLevel: 'off',
  });

  async function complete(request: JudgeRequest, signal: AbortSignal): Promise<z.output<typeof completionSchema>> {
    const answer: unknown = await client.chat.completions.create(
      {
        model,
        temperature,
        seed: request.seed,
        messages: [
          { role: 'system', content: request.system },
          { role: 'user', content: request.user },
        ],
        response_format: { type: 'json_schema', json_schema: { name: 'answers', strict: true, schema: request.schema } },
      },
      { signal },
    );
    return completionSchema.parse(answer);
  }

  return {
    model,
    async ask(request, signal) {
      try {
        const { choices, usage } = await complete(request, signal);
        const [first] = choices;
        const text = first?.message.content ?? '';
        if (text === '' || first?.finish_reason === 'length') throw malformed(undefined);
        return { text, cost: costOf(options.pricePerMillion, usage) };
      } catch (error) {
        signal.throwIfAborted();
        throw failureOf(error);
      }
    },
  };
}

function costOf(
  price: OpenAiJudgeOptions['pricePerMillion'],
  usage: { readonly prompt_tokens: number; readonly completion_tokens: number } | null | undefined,
): JudgeCost {
  const { prompt_tokens: asked = 0, completion_tokens: answered = 0 } = usage ?? {};
  const micros = price === undefined ? 0 : Math.ceil((asked * price.input + answered * price.output) / 1_000_000);
  return { micros, asked, answered };
}

/** The endpoint's failure in our words; its own text stays in `cause`, since it may quote what was said. */
function failureOf(error: unknown): unknown {
  if (error instanceof Failure) return error;
  if (error instanceof APIConnectionTimeoutError) return ofJudge('judge.late', 'The judge gave no answer in time.', error);
  if (error instanceof APIUserAbortError || error instanceof APIConnectionError)
    return dependencyAway('judge', 'The judge cannot be reached (judge.baseUrl).', error);
  if (error instanceof APIError) return ofStatus(error);
  if (error instanceof SyntaxError || error instanceof TypeError || error instanceof z.ZodError) return malformed(error);
  return error;
}

function ofStatus(error: APIError): Failure {
  const status: number | undefined = error.status;
  if (status === 401 || status === 403) return ofJudge('judge.key-refused', 'The judge refuses the key (judge.apiKey).', error);
  if (status === 404)
    return ofJudge('judge.not-found', 'The judge has no such model or address (judge.model, judge.baseUrl).', error);
  return dependencyAway('judge', `The judge has a fault of its own or too much to do (${status ?? 'no status'}).`, error);
}

function malformed(cause: unknown): Failure {
  return ofJudge('judge.malformed', "The judge's answer cannot be read: it is cut short, or no answer.", cause);
}

function ofJudge(code: string, message: string, cause: unknown): Failure {
  return new Failure({ code, message, retryable: true, failureCause: 'dependency', dependency: 'judge', cause });
}
