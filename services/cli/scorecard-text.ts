import type { Scorecard } from '../../scoring/index.ts';
import { moment, type Terminal } from './terminal.ts';

export type UiLanguage = 'zh' | 'en';

const words = {
  zh: {
    score: '得分',
    provisional: '暂定',
    critical: '致命错误',
    none: '无',
    classes: { customer: '客户类', business: '业务类', compliance: '合规类' },
    verdicts: { met: '符合', unmet: '不符合', not_applicable: '不适用', needs_review: '待复核' },
    before: '致命错误前',
    judge: '评审模型费用',
    tokens: '个词元',
  },
  en: {
    score: 'Score',
    provisional: 'provisional',
    critical: 'Critical errors',
    none: 'none',
    classes: { customer: 'customer', business: 'business', compliance: 'compliance' },
    verdicts: { met: 'met', unmet: 'unmet', not_applicable: 'n/a', needs_review: 'needs review' },
    before: 'before critical errors',
    judge: 'Judge',
    tokens: 'tokens',
  },
} as const;

const marks = { met: '●', unmet: '■', not_applicable: '○', needs_review: '◆' } as const;
const colours = { met: 'green', unmet: 'red', not_applicable: 'gray', needs_review: 'yellow' } as const;

/** `82.5 (provisional 70.0–92.5)`, or `–` where nothing was possible. */
export function scoreText(card: Scorecard, language: UiLanguage): string {
  const { percent, provisional, low, high, beforeCritical } = card.score;
  const shown = percent === null ? '–' : percent.toFixed(1);
  const range =
    provisional && low !== null && high !== null ? ` (${words[language].provisional} ${low.toFixed(1)}–${high.toFixed(1)})` : '';
  const before =
    beforeCritical !== null && beforeCritical !== percent ? ` [${words[language].before} ${beforeCritical.toFixed(1)}]` : '';
  return `${shown}${range}${before}`;
}

export function criticalText(card: Scorecard, language: UiLanguage): string {
  const w = words[language];
  const classes = (['customer', 'business', 'compliance'] as const).filter((name) => card.critical[name] > 0);
  return classes.length === 0 ? w.none : classes.map((name) => `${w.classes[name]} ${card.critical[name]}`).join(', ');
}

/** The sentences that prove a scorecard's critical errors: for each, speaker, moment and words; for something missing, the reason. */
export function criticalProof(card: Scorecard, language: UiLanguage): string[] {
  return card.criteria
    .filter(({ verdict, critical }) => verdict === 'unmet' && critical !== undefined)
    .flatMap((criterion) => {
      const said = criterion.evidence
        .toSorted((a, b) => b.score - a.score || a.startMs - b.startMs)
        .map(({ speaker, startMs, text }) => `${moment(startMs)} ${speaker}: 「${text}」`);
      return [`${criterion.id}: ${said.length > 0 ? said.slice(0, 2).join('  ') : criterion.reason[language]}`];
    });
}

/** `0.028000 (9200 tokens)`, in the currency of the judge's price. */
function judgeCostText(
  { costMicros, askedTokens, answeredTokens }: NonNullable<Scorecard['judge']>,
  language: UiLanguage,
): string {
  const units = Math.floor(costMicros / 1_000_000);
  const rest = String(costMicros % 1_000_000).padStart(6, '0');
  return `${units}.${rest} (${askedTokens + answeredTokens} ${words[language].tokens})`;
}

/** A scorecard for a person at a terminal. */
export function scorecardText(card: Scorecard, language: UiLanguage, terminal: Terminal): string {
  const w = words[language];
  const lines = [
    `${terminal.style('bold', card.rubric.id)} v${card.rubric.version}`,
    `${w.score}: ${terminal.style('bold', scoreText(card, language))}    ${w.critical}: ${criticalText(card, language)}`,
    ...(card.judge === undefined ? [] : [`${w.judge}: ${judgeCostText(card.judge, language)}`]),
    '',
  ];
  let section = '';
  for (const criterion of card.criteria) {
    if (criterion.section !== section) {
      section = criterion.section;
      lines.push(terminal.style('underline', section));
    }
    const verdict = terminal.style(colours[criterion.verdict], `${marks[criterion.verdict]} ${w.verdicts[criterion.verdict]}`);
    const points = criterion.possible === 0 ? '' : `  ${criterion.earned}/${criterion.possible}`;
    const critical = criterion.critical === undefined ? '' : `  ✖ ${w.classes[criterion.critical]}`;
    lines.push(`  ${verdict}  ${criterion.id}${points}${critical}`, `      ${criterion.reason[language]}`);
    for (const { speaker, startMs, text } of criterion.evidence.slice(0, 3))
      lines.push(`      ${terminal.style('gray', `${moment(startMs)} ${speaker}`)} 「${text}」`);
  }
  return lines.join('\n');
}
