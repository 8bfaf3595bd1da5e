import { type Command, Option } from 'commander';
import { z } from 'zod';
import { searchRequestSchema } from '../api/search-schemas.ts';
import type { SearchAnswer, SearchQuestion } from '../api/index.ts';
import { searchSorts } from '../../search/index.ts';
import { phraseErrorText } from './phrase-error-text.ts';
import { globalOptions } from './start.ts';
import type { CommandContext } from './program.ts';
import { clockTime, moment, type Terminal, UsageError } from './terminal.ts';
import { parseExpression, PhraseError } from '../../phrases/index.ts';
import { sharedLists } from '../../scoring/index.ts';

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly team?: string[];
  readonly agent?: string[];
  readonly queue?: string[];
  readonly direction?: string[];
  readonly product?: string[];
  readonly language?: string[];
  readonly source?: string[];
  readonly minScore?: string;
  readonly maxScore?: string;
  readonly minDuration?: string;
  readonly maxDuration?: string;
  readonly criterion?: string;
  readonly critical?: string[];
  readonly needsReview?: boolean;
  readonly sort: string;
  readonly limit: string;
  readonly after?: string;
  readonly json?: boolean;
}

export function searchCommand(program: Command, context: CommandContext): void {
  const { uiLanguage, terminal } = context;
  const many = (flags: string, text: string): Option => new Option(`${flags} <value...>`, text);
  program
    .command('search')
    .description('calls in which something was said')
    .argument('<expression>', 'for example \'agent: ~"保证收益"\'; "" for every call of the filters')
    .option('--from <date>', 'first day, YYYY-MM-DD')
    .option('--to <date>', 'last day')
    .addOption(many('--team', 'teams'))
    .addOption(many('--agent', "agents' ids"))
    .addOption(many('--queue', 'queues'))
    .addOption(many('--direction', 'inbound, outbound'))
    .addOption(many('--product', 'products'))
    .addOption(many('--language', 'languages'))
    .addOption(many('--source', 'sources'))
    .option('--min-score <percent>', 'of the headline scorecard')
    .option('--max-score <percent>')
    .option('--min-duration <seconds>')
    .option('--max-duration <seconds>')
    .option('--criterion <criterion>', '[rubric/]criterion=verdict[,verdict]: met, unmet, not_applicable, needs_review')
    .addOption(many('--critical', 'customer, business, compliance, none'))
    .option('--needs-review', 'a person must decide something')
    .addOption(new Option('--sort <order>').choices([...searchSorts]).default('newest'))
    .option('--limit <calls>', 'calls a page', '20')
    .option('--after <place>', 'next page: `next` of the page before')
    .option('--json', 'the answer as the interface gives it')
    .action(async (expression: string, options: Options) => {
      const question = questionOf(expression, options);
      const settings = await context.roots.settings(globalOptions(program));
      const product = await context.roots.product(settings, { working: false }, (text) => terminal.note(text));
      try {
        const answer = await product.search(question);
        terminal.out(options.json === true ? JSON.stringify(answer) : answerText(answer, uiLanguage, terminal));
      } finally {
        await product.close();
      }
    });
}

/** @throws UsageError that says which option is wrong */
function questionOf(expression: string, options: Options): SearchQuestion {
  try {
    if (expression.trim() !== '') parseExpression(expression, { lists: sharedLists });
  } catch (error) {
    if (!(error instanceof PhraseError)) throw error;
    throw new UsageError(phraseErrorText(error, expression));
  }
  const number = (text: string | undefined, times = 1): number | undefined =>
    text === undefined ? undefined : Number(text) * times;
  const asked = {
    expression,
    sort: options.sort,
    limit: Number(options.limit),
    after: options.after,
    filters: {
      from: options.from,
      to: options.to,
      teams: options.team,
      agents: options.agent,
      queues: options.queue,
      directions: options.direction,
      products: options.product,
      languages: options.language,
      sources: options.source,
      minScore: number(options.minScore),
      maxScore: number(options.maxScore),
      minDurationMs: number(options.minDuration, 1000),
      maxDurationMs: number(options.maxDuration, 1000),
      criterion: options.criterion === undefined ? undefined : criterionOf(options.criterion),
      critical: options.critical,
      needsReview: options.needsReview,
    },
  };
  const read = searchRequestSchema.safeParse(asked);
  if (read.success) return read.data;
  throw new UsageError(`search: ${z.prettifyError(read.error).split('\n').slice(0, 2).join(' ').replace(/^✖ /u, '')}`);
}

function criterionOf(text: string): { rubricId?: string; criterionId: string; verdicts: string[] } {
  const match = /^(?:([^/=]+)\/)?([^/=]+)=([a-z_,]+)$/u.exec(text);
  const [, rubricId, criterionId, verdicts] = match ?? [];
  if (criterionId === undefined || verdicts === undefined)
    throw new UsageError('--criterion: write [rubric/]criterion=verdict[,verdict], for example risk-statement=unmet');
  return { ...(rubricId === undefined ? {} : { rubricId }), criterionId, verdicts: verdicts.split(',') };
}

const words = {
  zh: {
    calls: '通话',
    atLeast: '至少',
    hits: '处命中',
    of: '个候选',
    possible: '可能',
    next: '下一页：--after',
    none: '没有找到通话。',
  },
  en: {
    calls: 'calls',
    atLeast: 'at least',
    hits: 'hits',
    of: 'candidates',
    possible: 'possibly',
    next: 'next page: --after',
    none: 'No call was found.',
  },
} as const;

function answerText({ calls, counts, next }: SearchAnswer, language: 'zh' | 'en', terminal: Terminal): string {
  const w = words[language];
  if (calls.length === 0 && next === null) return w.none;
  const least = counts.exact ? '' : `${w.atLeast} `;
  const details = [
    ...(counts.hits === null ? [] : [`${counts.hits} ${w.hits}`]),
    ...(counts.candidates === null ? [] : [`${counts.candidates} ${w.of}`]),
  ];
  const lines = [`${least}${counts.calls} ${w.calls}${details.length === 0 ? '' : ` (${details.join(', ')})`}`];
  for (const { call, value, hits, hitCount } of calls) {
    const when = call.startedAt ?? call.receivedAt;
    const score = call.score === null || call.score.percent === null ? '–' : call.score.percent.toFixed(1);
    const parts = [
      new Date(when).toISOString().slice(0, 16).replace('T', ' '),
      clockTime(call.durationMs),
      call.team,
      call.agentName,
      score,
    ];
    lines.push(
      '',
      `${terminal.style('bold', call.title ?? call.name)}  ${call.callId}`,
      `  ${parts.filter((part) => part !== null).join('  ')}`,
    );
    for (const { startMs, speaker, sentence, marks, possible } of hits) {
      const doubt = possible || value === 'perhaps' ? ` (${w.possible})` : '';
      lines.push(`  ${terminal.style('gray', `${moment(startMs)} ${speaker}`)} ${marked(sentence, marks, terminal)}${doubt}`);
    }
    if (hitCount > hits.length) lines.push(`  … +${hitCount - hits.length}`);
  }
  if (next !== null) lines.push('', `${w.next} ${next}`);
  return lines.join('\n');
}

function marked(sentence: string, marks: readonly (readonly number[])[], terminal: Terminal): string {
  let out = '';
  let at = 0;
  for (const [from = 0, to = 0] of marks) {
    if (from < at) continue;
    out += sentence.slice(at, from) + terminal.style(['bold', 'yellow'], sentence.slice(from, to));
    at = to;
  }
  return out + sentence.slice(at);
}
