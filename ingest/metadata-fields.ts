import type { BilingualText } from '../services/kernel/index.ts';
import { type CallMetadata, callMetadataSchema } from './call-metadata.ts';

/** What centres call the fields in their own exports, in the languages they use; compared without case, spaces, `_` and `-`. */
const aliases: Readonly<Record<string, keyof CallMetadata>> = {
  externalid: 'externalId',
  callid: 'externalId',
  contactid: 'externalId',
  ucid: 'externalId',
  通话编号: 'externalId',
  流水号: 'externalId',
  录音编号: 'externalId',
  segment: 'segment',
  分段: 'segment',
  agentid: 'agentId',
  agent: 'agentId',
  坐席编号: 'agentId',
  坐席: 'agentId',
  agentname: 'agentName',
  坐席姓名: 'agentName',
  agentnumber: 'agentNumber',
  工号: 'agentNumber',
  team: 'team',
  班组: 'team',
  queue: 'queue',
  skill: 'queue',
  队列: 'queue',
  技能组: 'queue',
  direction: 'direction',
  方向: 'direction',
  startedat: 'startedAt',
  start: 'startedAt',
  starttime: 'startedAt',
  开始时间: 'startedAt',
  customerref: 'customerRef',
  customerreference: 'customerRef',
  customer: 'customerRef',
  客户编号: 'customerRef',
  product: 'product',
  产品: 'product',
  layout: 'layout',
  声道: 'layout',
  language: 'language',
  lang: 'language',
  语言: 'language',
  institution: 'institution',
  机构: 'institution',
  title: 'title',
  标题: 'title',
  disposition: 'disposition',
  小结: 'disposition',
};

const words: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  direction: { 呼入: 'inbound', 呼出: 'outbound', 外呼: 'outbound', in: 'inbound', out: 'outbound' },
  language: {
    中文: 'zh',
    英文: 'en',
    'zh-cn': 'zh',
    'en-us': 'en',
    'en-gb': 'en',
    chinese: 'zh',
    english: 'en',
    mixed: 'auto',
    自动: 'auto',
  },
};

const fold = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_-]/g, '');

/** The field that a column or key of a centre's own export means; undefined for what we do not keep. */
export function metadataField(name: string): keyof CallMetadata | undefined {
  return aliases[fold(name)];
}

export interface MetadataProblem {
  /** The field, by our name. Never its value. */
  readonly field: string;
  readonly message: BilingualText;
}

/** `2026-10-12 10:04:31` has no zone of its own: it is in the centre's. */
function withZone(text: string, offset: string): string {
  const local = /^(\d{4})[-/](\d{2})[-/](\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(\.\d+)?)?$/.exec(text.trim());
  if (local === null) return text.trim();
  const [, year, month, day, hour, minute, second, fraction] = local;
  return `${year}-${month}-${day}T${hour}:${minute}:${second ?? '00'}${fraction ?? ''}${offset}`;
}

/**
 * Reads loose key/value pairs as call metadata. Unknown keys are left out; an empty value is an absent one.
 * @param zoneOffset the centre's offset (`+08:00`) for times that carry none
 */
export function readMetadata(
  entries: Iterable<readonly [string, unknown]>,
  zoneOffset = '+00:00',
): { metadata: CallMetadata; problems: MetadataProblem[] } {
  const raw: Record<string, unknown> = {};
  for (const [name, value] of entries) {
    const field = metadataField(name);
    if (field === undefined || value === null || value === undefined || value === '') continue;
    let plain = typeof value === 'number' && field !== 'startedAt' ? String(value) : value;
    if (typeof plain === 'string') {
      plain = words[field]?.[plain.trim().toLowerCase()] ?? plain.trim();
      if (field === 'startedAt') plain = withZone(plain as string, zoneOffset);
    }
    raw[field] ??= plain;
  }
  const problems: MetadataProblem[] = [];
  const metadata: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(raw)) {
    const schema = callMetadataSchema.shape[field as keyof CallMetadata];
    const result = schema.safeParse(value);
    if (result.success) metadata[field] = result.data;
    else problems.push({ field, message: expectation(field as keyof CallMetadata) });
  }
  return { metadata: metadata as CallMetadata, problems };
}

function expectation(field: keyof CallMetadata): BilingualText {
  switch (field) {
    case 'direction':
      return { zh: '方向应为 呼入 或 呼出', en: 'direction must be inbound or outbound' };
    case 'startedAt':
      return {
        zh: '开始时间应形如 2026-10-12T10:04:31+08:00',
        en: 'startedAt must be a time such as 2026-10-12T10:04:31+08:00',
      };
    case 'layout':
      return {
        zh: '声道应为 agent-left、agent-right 或 mono',
        en: 'layout must be agent-left, agent-right or mono',
      };
    case 'language':
      return { zh: '语言应为 zh、en 或 auto', en: 'language must be zh, en or auto' };
    default:
      return { zh: `${field} 应为不超过 300 字的文本`, en: `${field} must be a text of at most 300 characters` };
  }
}

/** `newer` over `older`, field by field; a field that is absent in `newer` stays. */
export function mergeMetadata(older: CallMetadata, newer: CallMetadata): CallMetadata {
  const merged: Record<string, unknown> = { ...older };
  for (const [field, value] of Object.entries(newer)) if (value !== undefined) merged[field] = value;
  return merged as CallMetadata;
}
