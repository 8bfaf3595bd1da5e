import { join } from 'node:path';
import { provisionSpeech, speechFolderOf, type SpeechProgress, startLocalEndpoint } from '../adapters/local-speech/index.ts';
import { openAiRecogniser } from '../adapters/openai/index.ts';
import { homeOf, type Settings } from '../kernel/index.ts';
import type { Recogniser } from '../../transcribe/index.ts';

/** An endpoint, and what it is in a recipe: a process that uses it under this name makes the same results. */
export interface RecogniserPlace {
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  readonly engine: Recogniser['engine'];
}

/** A recogniser and how to end it. */
export interface RunningRecogniser {
  readonly recogniser: Recogniser;
  /** Where it answers now, for a process beside this one that is to use the same. */
  address(signal: AbortSignal): Promise<RecogniserPlace>;
  stop(): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where the local recogniser lies: `PLUMBLINE_SPEECH_HOME`, else beside the person's usual data folder. It is not part of a
 * data folder, so that a second one does not fetch the model again.
 */
export function speechFolder(environment: Environment): string {
  const named = environment['PLUMBLINE_SPEECH_HOME'];
  if (named !== undefined && named !== '') return named;
  return speechFolderOf(homeOf({ ...environment, PLUMBLINE_HOME: undefined }));
}

/** Says how provisioning goes: each step once, downloads by tenths. */
export function progressNotes(note: (text: string) => void): (progress: SpeechProgress) => void {
  let last = '';
  return ({ step, text, done, total }) => {
    const tenth = done === undefined || total === undefined || total === 0 ? '' : ` ${Math.floor((done / total) * 10) * 10} %`;
    const line = `plumbline: ${text}${step === 'weights' ? tenth : ''}`;
    if (line !== last) note(line);
    last = line;
  };
}

/** The endpoint that the settings name, else the product's own, provisioned when it is not there yet. */
export async function openRecogniser(
  settings: Settings,
  environment: Environment,
  note: (text: string) => void,
  onEvent: (event: { readonly event: string; readonly [field: string]: string | number | undefined }) => void,
  signal: AbortSignal,
): Promise<RunningRecogniser> {
  const { baseUrl, apiKey, model, threads, concurrency, timeoutMs, modelFolder } = settings.recogniser;
  if (baseUrl !== undefined) {
    const recogniser = openAiRecogniser({ address: { baseUrl, apiKey }, model, timeoutMs });
    return {
      recogniser,
      address: () => Promise.resolve({ baseUrl, apiKey, engine: recogniser.engine }),
      stop: () => Promise.resolve(),
    };
  }
  const home = await provisionSpeech({
    folder: speechFolder(environment),
    model: modelFolder === undefined ? model : undefined,
    modelFolder,
    onProgress: progressNotes(note),
    signal,
  });
  const endpoint = startLocalEndpoint({
    home: { ...home, folder: join(settings.home, 'speech-run') },
    threads,
    parallel: concurrency,
    onEvent,
  });
  const recogniser = openAiRecogniser({
    address: (abort) => endpoint.address(abort),
    model: home.modelName,
    name: 'faster-whisper',
    version: home.version,
    timeoutMs,
    // A second try would go to the same server: one that hangs is ended first, and the runtime tries again.
    retries: 0,
    onTimeout: () => endpoint.restart(),
  });
  return {
    recogniser,
    address: async (abort) => ({ ...(await endpoint.address(abort)), engine: recogniser.engine }),
    stop: () => endpoint.stop(),
  };
}
