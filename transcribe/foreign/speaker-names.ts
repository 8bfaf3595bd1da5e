import { agentCue } from '../speaker-cues.ts';
import type { Speaker } from '../transcript.ts';

// a name may follow: "Agent Emily", 客服小王
const agent =
  /^(agent|advisor|adviser|representative|rep|csr|operator|associate|teller|staff|customer (service|support|care))([\s_#:-].*|\d*)$|^(坐席|座席|客服|话务员|接线员|员工|理财经理|客户经理).{0,8}$/iu;
const customer = /^(customer|client|caller|member|user|cust)([\s_#:-].*|\d*)$|^(客户|顾客|用户|来电人|来电者|访客).{0,8}$/iu;
const system = /^(system|ivr|bot|robot|menu)([\s_#:-].*|\d*)$|^(系统|语音导航|机器人).{0,4}$/iu;

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

export interface Role {
  readonly speaker: Speaker;
  /** 1/1000. */
  readonly confidence: number;
}

const otherOfTwo = 900;
const mostGuessed = 690;

/**
 * Who the labels of a transcript are. A label that names a side is that side. Of two people of whom one is named, the other is
 * the other side; of two that are not ("Speaker 1", names), the wording of all they say tells, and is never called sure.
 */
export function rolesOfLabels(
  said: readonly { readonly label: string | undefined; readonly text: string }[],
): ReadonlyMap<string, Role> {
  const roles = new Map<string, Role>();
  const cues = new Map<string, number>();
  for (const { label, text } of said) {
    if (label === undefined) continue;
    const speaker = speakerOfLabel(label);
    roles.set(label, { speaker, confidence: speaker === 'unknown' ? 0 : 1000 });
    if (speaker === 'unknown') cues.set(label, (cues.get(label) ?? 0) + agentCue(text));
  }
  const sides = new Set(
    [...roles.values()].map((role) => role.speaker).filter((speaker) => speaker === 'agent' || speaker === 'customer'),
  );
  const [first, second] = [...cues.keys()];
  if (cues.size === 1 && sides.size === 1) {
    roles.set(first!, { speaker: sides.has('agent') ? 'customer' : 'agent', confidence: otherOfTwo });
  } else if (cues.size === 2 && sides.size === 0) {
    const odds = (cues.get(first!)! - cues.get(second!)!) / 2;
    const confidence = Math.min(mostGuessed, Math.round(1000 / (1 + Math.exp(-Math.abs(odds)))));
    if (confidence >= 550) {
      roles.set(first!, { speaker: odds > 0 ? 'agent' : 'customer', confidence });
      roles.set(second!, { speaker: odds > 0 ? 'customer' : 'agent', confidence });
    }
  }
  return roles;
}
