import { createReadStream, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { chooseDecoder } from '../../../services/adapters/ffmpeg/index.ts';
import { startLocalEndpoint } from '../../../services/adapters/local-speech/index.ts';
import { openAiRecogniser } from '../../../services/adapters/openai/index.ts';
import { sileroVoiceActivity } from '../../../services/adapters/voice-activity/index.ts';
import { hearCall, type Transcript, transcriptSchema, type WindowAnswers } from '../../../transcribe/index.ts';
import { localSpeechHome } from '../../servers/local-speech.ts';
import { heardBesideTruth } from './beside-truth.ts';

const forgetful: WindowAnswers = { get: async () => undefined, put: async () => undefined };
const limits = { maxDurationMs: 3_600_000, maxBytes: 2 ** 30, timeoutMs: 120_000 };

/**
 * Hears every made call of a folder (`ID.wav`, `ID.transcript.json`) as the product does; what was said and what was written, turn
 * by turn, goes to `ID.json` of another.
 */
async function hearFolder(folder: string, outFolder: string): Promise<void> {
  const home = await localSpeechHome();
  if (home === undefined) throw new Error('the local recogniser is not installed here: run `plumbline transcribe` once');
  const endpoint = startLocalEndpoint({ home });
  const voiceActivity = sileroVoiceActivity();
  const { decoder } = await chooseDecoder();
  const recogniser = openAiRecogniser({
    address: (signal) => endpoint.address(signal),
    model: home.modelName,
    name: 'faster-whisper',
    version: home.version,
  });
  try {
    for (const name of readdirSync(folder)
      .filter((each) => each.endsWith('.truth.json'))
      .toSorted()) {
      const id = basename(name, '.truth.json');
      const out = join(outFolder, `${id}.json`);
      if (existsSync(out)) continue;
      const path = join(folder, `${id}.wav`);
      const truth = transcriptOf(join(folder, `${id}.transcript.json`));
      const { raw } = await hearCall(
        { decoder, voiceActivity, recogniser, answers: forgetful },
        {
          callId: id,
          recording: {
            sizeBytes: statSync(path).size,
            read: (start = 0, end) => createReadStream(path, end === undefined ? { start } : { start, end: end - 1 }),
          },
          limits,
          plan: { audioSha256: undefined, layout: truth.layout, language: truth.language === 'zh' ? 'zh' : 'en' },
          signal: new AbortController().signal,
        },
      );
      const turns = heardBesideTruth(truth, raw);
      const lines = turns.map((turn) => JSON.stringify(turn)).join(',\n');
      writeFileSync(out, `{"call": "${id}", "madeBy": "us", "language": "${truth.language}", "turns": [\n${lines}\n]}\n`);
      console.log(`${id}: ${turns.length} turns`);
    }
  } finally {
    voiceActivity.close();
    await endpoint.stop();
  }
}

function transcriptOf(path: string): Transcript {
  return transcriptSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
}

if (import.meta.main) await hearFolder(process.argv[2] ?? '.', process.argv[3] ?? '.');
