import { homeOf } from '../../services/kernel/settings.ts';
import { provisionedSpeech, speechFolderOf, type SpeechHome } from '../../services/adapters/local-speech/index.ts';

/**
 * The local recogniser as provisioned on this machine, for suites that need the real one: in the speech folder that
 * PLUMBLINE_SPEECH_HOME names, else in the data home. Undefined where there is none; nothing is fetched here.
 */
export async function localSpeechHome(): Promise<SpeechHome | undefined> {
  const named = process.env['PLUMBLINE_SPEECH_HOME'];
  return await provisionedSpeech({ folder: named === undefined || named === '' ? speechFolderOf(homeOf(process.env)) : named });
}
