import type { Transcript } from '../transcribe/index.ts';
import type { RubricLanguage } from './rubric.ts';

/** So many words of a second language make a call a mixed one; product names and single words do not. */
const enough = 12;

/**
 * The languages of a call that rubrics have wording for: what the transcript says, and what was spoken besides. Empty where
 * it is another language altogether.
 */
export function languagesOf(transcript: Transcript): readonly RubricLanguage[] {
  const spoken = new Set<RubricLanguage>();
  const said = transcript.language.toLowerCase();
  if (said.startsWith('zh') || said === 'mixed') spoken.add('zh');
  if (said.startsWith('en') || said === 'mixed') spoken.add('en');
  let han = 0;
  let english = 0;
  for (const { text, speaker } of transcript.turns) {
    if (speaker === 'system') continue;
    han += text.match(/\p{Script=Han}/gu)?.length ?? 0;
    english += text.match(/[A-Za-z][A-Za-z']+/g)?.length ?? 0;
  }
  if (spoken.size === 0 && said !== 'auto' && said !== '' && said !== 'unknown') return [];
  if (han >= enough) spoken.add('zh');
  if (english >= enough) spoken.add('en');
  return (['zh', 'en'] as const).filter((each) => spoken.has(each));
}
