// Provisions the local recogniser and ends: 0 when it is ready, 1 with one line that says what to do.
import { provisionSpeech } from '../adapters/local-speech/index.ts';
import { Failure } from '../kernel/index.ts';
import { progressNotes, speechFolder } from './recogniser.ts';

const note = (text: string): void => console.error(text);
try {
  await provisionSpeech({ folder: speechFolder(process.env), onProgress: progressNotes(note) });
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  note(`plumbline: ${error.message} (${error.code})`);
  process.exitCode = 1;
}
