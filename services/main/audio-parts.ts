import { chooseDecoder } from '../adapters/ffmpeg/index.ts';
import { sileroVoiceActivity } from '../adapters/voice-activity/index.ts';
import type { ObjectStore, RawStore } from '../kernel/index.ts';
import { sha256, wholeBytes } from '../kernel/index.ts';
import {
  type RecognisedWindow,
  type Recogniser,
  type Redactor,
  redactorVersion,
  type TranscribeDeps,
  type WindowAnswers,
} from '../../transcribe/index.ts';

import { longWork } from './long-work.ts';

/** Everything that hears, but the recogniser. */
export interface AudioParts {
  readonly hearing: TranscribeDeps;
  close(): void;
}

/** Raw window answers in the raw store, under the call's own key. */
export function rawWindowAnswers(raw: RawStore): WindowAnswers {
  const place = (name: string): string => `answers/${name}`;
  return {
    async get(callId, name) {
      const content = await raw.read(callId, place(name));
      if (content === undefined) return undefined;
      return JSON.parse((await wholeBytes(content)).toString('utf8')) as RecognisedWindow;
    },
    async put(callId, name, answer) {
      await raw.put(callId, place(name), Buffer.from(JSON.stringify(answer)));
    },
  };
}

/** The redactor that the product has; no setting puts another in its place. */
const productRedactor: Redactor = {
  version: redactorVersion,
  redact: (transcript, options) => longWork.redact(transcript, options),
};

/** Wires decoder, encoder, voice activity, sound analysis and redactor around a recogniser and two stores. */
export async function openAudioParts(
  recogniser: Recogniser,
  raw: RawStore,
  objects: ObjectStore,
  scratchFolder: string,
  redactor: Redactor = productRedactor,
): Promise<AudioParts> {
  const door = await chooseDecoder({
    scratchFolder,
    diagnostics: ({ source, text }) => {
      // The original words of a foreign program quote content: they are kept encrypted, for whoever looks into a refusal.
      raw.put('diagnostics', `${source.replaceAll(/[^\w.-]/g, '-')}/${sha256(text)}`, Buffer.from(text)).catch(() => undefined);
    },
  });
  const voiceActivity = sileroVoiceActivity();
  return {
    hearing: {
      decoder: door.decoder,
      encoder: door.encoder,
      voiceActivity,
      recogniser,
      answers: rawWindowAnswers(raw),
      redactor,
      objects,
    },
    close: () => voiceActivity.close(),
  };
}
