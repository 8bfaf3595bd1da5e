import type { diffScorecards } from '../../scoring/index.ts';
import type { UiLanguage } from './scorecard-text.ts';
import { moment } from './terminal.ts';

type Diff = ReturnType<typeof diffScorecards>;

const share = (value: number | null): string => (value === null ? '–' : `${(value * 100).toFixed(1)} %`);

/** A comparison of two rubric versions for a person at a terminal: every moved verdict with both evidences, then the totals. */
export function diffText(diff: Diff, language: UiLanguage): string {
  const side = (of: Diff['moved'][number]['before']): string => {
    if (of === undefined) return '–';
    const said = of.evidence.map(({ startMs, text }) => `${moment(startMs)} 「${text}」`).slice(0, 2);
    return `${of.verdict}${said.length > 0 ? ` (${said.join(' ')})` : `: ${of.reason[language]}`}`;
  };
  const lines = diff.moved.map(
    ({ call, criterion, before, after, newlyCritical }) =>
      `${call}  ${criterion}${newlyCritical ? '  ✖ newly critical' : ''}\n    before ${side(before)}\n    after  ${side(after)}`,
  );
  const { agreement, score } = diff;
  return [
    ...lines,
    `${diff.calls} calls, ${agreement.compared} verdicts compared: ${share(agreement.share)} agree, kappa ${agreement.kappa ?? '–'}; ${diff.moved.length} moved`,
    `score ${score.before ?? '–'} -> ${score.after ?? '–'} (${score.shift ?? '–'}); newly critical ${diff.newlyCritical}, no longer ${diff.noLongerCritical}`,
  ].join('\n');
}
