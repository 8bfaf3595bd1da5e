import type { CallStore } from '../../ingest/index.ts';
import type { CallView } from './call-view.ts';
import type { Health } from './ports.ts';

type Language = 'zh' | 'en';

const words = {
  zh: {
    title: '准绳 · 通话',
    switchTo: 'English',
    received: '接收时间',
    call: '通话',
    agent: '坐席',
    length: '时长',
    state: '状态',
    score: '得分',
    critical: '致命错误',
    open: '查看',
    transcript: '转写',
    scorecards: '评分卡',
    audio: '录音',
    none: '还没有通话。把录音放进设定的文件夹，或用 plumbline ingest 文件夹 送入。',
    more: '更早的通话',
    provisional: '暂定',
    colon: '：',
    files: '文件',
    calls: '通话',
    ledger: '交付台账',
    dead: '失败任务',
    document: '接口文档',
    health: '运行状态',
    noRubric: '无适用评分表',
    states: { received: '等待转写', transcribed: '已转写', scored: '已评分', failed: '失败', erased: '已删除' },
    deliveries: { accepted: '已接收', duplicate: '重复', conflict: '冲突', refused: '拒收', erased: '已删除' },
    classes: { customer: '客户类', business: '业务类', compliance: '合规类' },
  },
  en: {
    title: 'Plumbline · Calls',
    switchTo: '中文',
    received: 'Received',
    call: 'Call',
    agent: 'Agent',
    length: 'Length',
    state: 'State',
    score: 'Score',
    critical: 'Critical errors',
    open: 'Open',
    transcript: 'transcript',
    scorecards: 'scorecards',
    audio: 'audio',
    none: 'No calls yet. Put recordings into a watched folder, or run plumbline ingest FOLDER.',
    more: 'Earlier calls',
    provisional: 'provisional',
    colon: ': ',
    files: 'Files',
    calls: 'Calls',
    ledger: 'Delivery ledger',
    dead: 'Failed work',
    document: 'API document',
    health: 'Health',
    noRubric: 'no rubric is for it',
    states: { received: 'waiting', transcribed: 'transcribed', scored: 'scored', failed: 'failed', erased: 'erased' },
    deliveries: { accepted: 'accepted', duplicate: 'duplicate', conflict: 'conflict', refused: 'refused', erased: 'erased' },
    classes: { customer: 'customer', business: 'business', compliance: 'compliance' },
  },
} as const;

export interface FirstPage {
  readonly language: Language;
  readonly calls: readonly CallView[];
  readonly next: string | undefined;
  readonly health: Health;
  readonly counts: Awaited<ReturnType<CallStore['counts']>>;
  /** The centre's offset, `+08:00`: times are shown in it. */
  readonly zoneOffset: string;
}

/** One plain page, no script: the calls, what they scored, and the addresses that the API gives for each. */
export function firstPage({ language, calls, next, health, counts, zoneOffset }: FirstPage): string {
  const w = words[language];
  const sums = (labels: Readonly<Record<string, string>>, values: Readonly<Record<string, number>>): string =>
    Object.entries(labels)
      .map(([state, label]) => `<span><b>${values[state] ?? 0}</b> ${escape(label)}</span>`)
      .join('');
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-Hans' : 'en'}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${w.title}</title><style>${style}</style></head>
<body>
<header><h1>${w.title}</h1><nav>
<a href="/api/v1/ledger">${w.ledger}</a><a href="/api/v1/dead-letters">${w.dead} (${health.dead})</a><a href="/health/ready">${w.health}</a><a href="/api/openapi.json">${w.document}</a>
<a href="/?language=${language === 'zh' ? 'en' : 'zh'}" lang="${language === 'zh' ? 'en' : 'zh-Hans'}">${w.switchTo}</a></nav></header>
<main>
${health.reasons.map((reason) => `<p class="notice" role="status">${escape(reason)}</p>`).join('')}
<p class="sums">${w.files}${w.colon}${sums(w.deliveries, counts.deliveries)}</p>
<p class="sums">${w.calls}${w.colon}${sums(w.states, counts.calls)}</p>
${calls.length === 0 ? `<p class="empty">${w.none}</p>` : table(calls, language, zoneOffset)}
${next === undefined ? '' : `<p><a href="/?language=${language}&amp;after=${encodeURIComponent(next)}">${w.more}</a></p>`}
</main></body></html>`;
}

function table(calls: readonly CallView[], language: Language, zoneOffset: string): string {
  const w = words[language];
  return `<table><thead><tr><th scope="col">${w.received} <small>UTC${zoneOffset}</small></th><th scope="col">${w.call}</th><th scope="col">${w.agent}</th><th scope="col" class="n">${w.length}</th><th scope="col">${w.state}</th><th scope="col" class="n">${w.score}</th><th scope="col">${w.critical}</th><th scope="col">${w.open}</th></tr></thead>
<tbody>${calls.map((call) => row(call, language, zoneOffset)).join('\n')}</tbody></table>`;
}

function row(call: CallView, language: Language, zoneOffset: string): string {
  const w = words[language];
  const meta = call.metadata as Record<string, string | undefined>;
  const head = call.scores.find(({ headline }) => headline) ?? call.scores[0];
  const score =
    head === undefined
      ? call.state === 'scored'
        ? w.noRubric
        : '–'
      : `${head.percent === null ? '–' : head.percent.toFixed(1)}${head.provisional ? ` <small>${w.provisional}</small>` : ''}<br><small>${escape(head.rubricId)}</small>`;
  const critical =
    head === undefined
      ? ''
      : (['customer', 'business', 'compliance'] as const)
          .filter((kind) => head.critical[kind] > 0)
          .map((kind) => `<span class="critical">${octagon} ${w.classes[kind]} ${head.critical[kind]}</span>`)
          .join(' ');
  const base = `/api/v1/calls/${call.callId}`;
  const links =
    call.durationMs === null
      ? []
      : [
          [w.transcript, 'transcript'],
          [w.scorecards, 'scorecards'],
          [w.audio, 'audio'],
        ];
  const reason = call.refusal === null ? '' : `<br><small>${escape(call.refusal.text[language])}</small>`;
  return `<tr><td>${time(call.receivedAt, zoneOffset)}</td><td><a href="${base}">${escape(meta['title'] ?? call.name)}</a><br><small>${escape([meta['queue'], meta['product']].filter(Boolean).join(' · '))}</small></td><td>${escape(meta['agentName'] ?? meta['agentId'] ?? '')}</td><td class="n">${call.durationMs === null ? '' : clock(call.durationMs)}</td><td>${w.states[call.state]}${reason}</td><td class="n">${score}</td><td>${critical}</td><td class="links">${links.map(([label, path]) => `<a href="${base}/${path}">${label}</a>`).join(' ')}</td></tr>`;
}

/** `2026-10-12 10:04` in the zone of the offset. */
function time(at: number, zoneOffset: string): string {
  const [hours = 0, minutes = 0] = zoneOffset.slice(1).split(':').map(Number);
  const offsetMs = (hours * 60 + minutes) * 60_000 * (zoneOffset.startsWith('-') ? -1 : 1);
  return new Date(at + offsetMs).toISOString().slice(0, 16).replace('T', ' ');
}

/** The mark of a critical error: shape and exclamation mark, not a glyph that a font may lack. */
const octagon =
  '<svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true"><path d="M3.5 0h5L12 3.5v5L8.5 12h-5L0 8.5v-5z" fill="var(--crit)"/><path d="M5.3 2.5h1.4v4.6H5.3zM5.3 8.2h1.4v1.4H5.3z" fill="#fff"/></svg>';
const clock = (ms: number): string => `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}`;

/** Text into HTML. Everything that comes from outside goes through here. */
export function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

const style = `
:root{color-scheme:light dark;--tx:#1a1e23;--tx3:#5c6570;--bg:#f3f4f6;--sf:#fff;--bd:#dde1e6;--accent:#1b5cb5;--unmet:#b3261e;--crit:#8f1410;--review:#7d4b00;--review-sf:#fff3d4}
@media(prefers-color-scheme:dark){:root{--tx:#e9ebee;--tx3:#98a1ab;--bg:#111316;--sf:#191c20;--bd:#2e343b;--accent:#7fb0f3;--unmet:#ff9c90;--crit:#c8332a;--review:#f0c268;--review-sf:#352812}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--tx);font:14px/1.6 "Inter","Noto Sans SC","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",system-ui,sans-serif;font-variant-numeric:tabular-nums;line-break:strict}
header{display:flex;align-items:center;gap:24px;padding:8px 24px;background:var(--sf);border-bottom:1px solid var(--bd)}h1{font-size:16px;font-weight:600;margin:0;flex:1}nav{display:flex;gap:16px}
a{color:var(--accent);text-underline-offset:3px}a:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
main{padding:16px 24px;max-width:1400px;margin:auto}.sums{margin:0 0 4px;color:var(--tx3)}.sums span{margin-right:16px}.sums b{color:var(--tx);font-weight:600}
table{width:100%;border-collapse:collapse;background:var(--sf);border:1px solid var(--bd);border-radius:10px;margin-top:12px}
th,td{padding:6px 12px;text-align:left;vertical-align:top;border-bottom:1px solid var(--bd);font-size:13px}th{font-size:12px;font-weight:500;color:var(--tx3);white-space:nowrap}tr:last-child td{border-bottom:0}
.n{text-align:right;white-space:nowrap}.links{white-space:nowrap}.critical svg{vertical-align:-1px}small{color:var(--tx3);font-size:12px}td a{margin-right:8px}.critical{color:var(--unmet);white-space:nowrap}.notice{background:var(--review-sf);color:var(--review);padding:8px 12px;border-radius:6px}.empty{padding:24px;background:var(--sf);border:1px solid var(--bd);border-radius:10px}`;
