import type { Speaker } from '../transcript.ts';

const agent =
  /^(agent|advisor|adviser|representative|rep|csr|operator|associate|teller|staff|坐席|座席|客服|客服代表|客服人员|话务员|接线员|员工|理财经理|经理)[\s_#-]*\d*$/iu;
const customer = /^(customer|client|caller|member|user|cust|客户|顾客|用户|来电人|来电者|访客)[\s_#-]*\d*$/iu;
const system = /^(system|ivr|bot|robot|menu|系统|语音导航|机器人)[\s_#-]*\d*$/iu;

/** Which side of the call a label of another system names; `unknown` for a person's name or "Speaker 1". */
export function speakerOfLabel(label: string): Speaker {
  const name = label.normalize('NFKC').trim();
  if (agent.test(name)) return 'agent';
  if (customer.test(name)) return 'customer';
  if (system.test(name)) return 'system';
  return 'unknown';
}

/** `en-US`, `zh_CN`, `english` as the two letters that transcripts use; undefined where nothing is said. */
export function languageOfTag(tag: string | undefined): string | undefined {
  const lower = tag?.trim().toLowerCase().replaceAll('_', '-');
  if (lower === undefined || lower === '') return undefined;
  if (lower === 'english') return 'en';
  if (lower === 'chinese' || lower === 'mandarin' || lower === 'cantonese' || lower === 'yue' || lower === 'cmn') return 'zh';
  const first = lower.split('-')[0]!;
  return first === 'yue' || first === 'cmn' ? 'zh' : first;
}
