import { type Refusal, Refused } from '../kernel/index.ts';
import { readTranscript } from '../../transcribe/index.ts';

/** A transcript that came with a call must be one that can be read; else the reason. */
export function inspectTranscript(text: string): Refusal | undefined {
  try {
    readTranscript(text);
    return undefined;
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
}
