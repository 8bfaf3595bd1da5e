/** Words that set what is said apart from a plain statement. */
const supposed = /要是|如果|假如|假设|倘若|万一|的话|\b(?:if|suppose|supposing|in case|unless)\b/iu;
const reported =
  /(?:他|她|他们|有人|人家|别人|客户|同事|朋友|网上|听)(?:们)?(?:跟[你我您]|对[你我您]|好像|曾经)?(?:说|讲|告诉|承诺|答应|保证)|谁(?:要是)?(?:跟|对|向)[你您]说|\b(?:told me|tells you|said that|he said|she said|they said|someone said|somebody said|people say|heard that)\b/iu;
const rejected =
  /别信|不要相信|千万别|不要信|是不对的|是错的|不是真的|假的|不能这么说|不可能的|骗人|诈骗|\b(?:that'?s (?:not true|wrong|false)|do ?n[o']t believe|never believe|is a scam|not true)\b/iu;
const asked =
  /[？?]|吗[。，!！]?\s*$|呢[？?]|是不是|有没有|是否|能不能|会不会|对不对|好不好|可不可以|^\s*(?:is|are|do|does|did|can|could|will|would|have|has|what|when|why|how|who|which)\b/iu;

export const isSupposed = (clause: string): boolean => supposed.test(clause);
export const isReported = (clause: string): boolean => reported.test(clause);
/** True where a clause turns down what the one before it said. */
export const isRejecting = (clause: string): boolean => rejected.test(clause);
export const isQuestion = (clause: string): boolean => asked.test(clause);
