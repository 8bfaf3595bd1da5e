import type { RenditionEncoder } from '../../../transcribe/index.ts';
import { Failure } from '../../kernel/index.ts';
import { interleave } from './blocks.ts';
import { encodeArguments } from './command-line.ts';
import type { Diagnostics, FfmpegEngine } from './engine.ts';
import { openLog } from './log.ts';

/** `RenditionEncoder` over ffmpeg: Ogg Opus, 24 kb/s, streamed both ways, the same bytes for the same samples and build. */
export function ffmpegEncoder(
  engine: FfmpegEngine,
  options: { readonly diagnostics?: Diagnostics | undefined } = {},
): RenditionEncoder {
  return {
    name: `${engine.name}-opus`,
    async *encode(channels, blocks, signal) {
      signal.throwIfAborted();
      const log = openLog();
      const run = await engine.start({
        bytes: interleaved(channels, blocks),
        seeks: false,
        arguments: (input, output) => encodeArguments(channels, input, output),
        log,
        signal,
      });
      try {
        yield* run.output;
        const exit = await run.exit;
        signal.throwIfAborted();
        if (exit !== 0) {
          options.diagnostics?.({ source: 'ffmpeg', text: log.text() });
          throw new Failure({
            code: 'audio.encoder-failed',
            message: 'The playback audio could not be made. It is tried again; the diagnostics hold what the encoder said.',
            retryable: true,
          });
        }
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        throw error;
      } finally {
        await run.kill();
      }
    },
  };
}

async function* interleaved(channels: 1 | 2, blocks: AsyncIterable<readonly Int16Array[]>): AsyncGenerator<Uint8Array, void> {
  for await (const block of blocks) {
    if (block.length !== channels)
      throw new TypeError(`encode: a block of ${block.length} channels where ${channels} were promised`);
    yield interleave(block);
  }
}
