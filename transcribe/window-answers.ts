import { canonicalJson, sha256 } from '../services/kernel/index.ts';
import type { Recogniser, RecognisedWindow, SpeechWindow, WindowAnswers } from './ports.ts';

/** The name of a window's answer: its sound and all that the engine was told. Equal windows have one answer. */
export function windowAnswerName(engine: Recogniser['engine'], window: SpeechWindow): string {
  const { samples } = window;
  const pcm = sha256(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
  return sha256(
    canonicalJson({
      pcm,
      engine: engine.name,
      model: engine.model,
      version: engine.version,
      language: window.language ?? null,
      prompt: window.prompt ?? null,
    }),
  );
}

/**
 * A recogniser that asks the engine once for each window of a call: the stored answer of an earlier try is taken, a new one
 * is stored before it is used. What comes back was read from the store's form, so that a first run and a later one agree.
 */
export function rememberAnswers(recogniser: Recogniser, answers: WindowAnswers, callId: string): Recogniser {
  return {
    engine: recogniser.engine,
    async recognise(window, signal) {
      const name = windowAnswerName(recogniser.engine, window);
      const stored = await answers.get(callId, name);
      if (stored !== undefined) return stored;
      const answer = await recogniser.recognise(window, signal);
      await answers.put(callId, name, answer);
      return (await answers.get(callId, name)) ?? (JSON.parse(JSON.stringify(answer)) as RecognisedWindow);
    },
  };
}
