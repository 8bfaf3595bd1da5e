import { refuseRecording, watchHealth } from '../../../ingest/index.ts';
import type { AudioDecoder, DecodedAudio } from '../../../transcribe/index.ts';

/** A decoder that refuses recordings in which nothing can be heard; known at their end, so `blocks` throws after its last block. */
export function refusingSilence(decoder: AudioDecoder): AudioDecoder {
  return {
    name: decoder.name,
    async open(recording, limits, signal) {
      const audio = await decoder.open(recording, limits, signal);
      return { ...audio, blocks: heard(audio) };
    },
  };
}

async function* heard(audio: DecodedAudio): AsyncGenerator<readonly Int16Array[], void> {
  const watch = watchHealth(audio.channels);
  for await (const block of audio.blocks) {
    watch.push(block);
    yield block;
  }
  if (watch.end().isSilent) throw refuseRecording('audio.silent');
}
