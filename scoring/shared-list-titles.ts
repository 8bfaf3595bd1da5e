import type { BilingualText } from '../services/kernel/index.ts';

/** What the shared lists are called where people choose one. */
export const sharedListTitles: Readonly<Record<string, BilingualText>> = {
  greetings: { zh: '问候语', en: 'greetings' },
  institution_words: { zh: '机构名称', en: 'institution names' },
  agent_number: { zh: '报工号', en: 'agent number given' },
  service_offer: { zh: '主动提供服务', en: 'offer of service' },
  hold_notice: { zh: '请客户等待', en: 'notice of a hold' },
  hold_permission: { zh: '征得等待同意', en: 'permission for a hold' },
  courtesies: { zh: '礼貌用语', en: 'courtesies' },
  fillers: { zh: '口头语', en: 'fillers' },
  anything_else: { zh: '询问其他需要', en: 'anything else' },
  closings: { zh: '结束语', en: 'closings' },
  rating_requests: { zh: '邀请评价', en: 'request for a rating' },
  identity_check: { zh: '核实身份', en: 'identity check' },
  name_check: { zh: '核实姓名', en: 'name check' },
  account_details: { zh: '账户信息', en: 'account details' },
  product_words: { zh: '产品名称', en: 'product words' },
  promises: { zh: '承诺收益', en: 'promises of return' },
  forbidden_words: { zh: '服务禁语', en: 'forbidden words' },
  secrets_asked: { zh: '索要密码', en: 'secrets asked for' },
  pressure: { zh: '施压话术', en: 'pressure' },
  apologies: { zh: '道歉', en: 'apologies' },
  empathy_words: { zh: '共情用语', en: 'words of empathy' },
  callback_promise: { zh: '承诺回电', en: 'promise to call back' },
  recording_notice: { zh: '录音告知', en: 'notice of recording' },
};
