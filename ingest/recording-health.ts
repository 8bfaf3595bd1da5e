/** What can be said of a recording's sound as a whole, before anybody recognises a word. */
export interface RecordingHealth {
  readonly durationMs: number;
  /** Nothing can be heard on any channel: `audio.silent`. */
  readonly isSilent: boolean;
  readonly channels: readonly ChannelHealth[];
}

export interface ChannelHealth {
  /** How long something was louder than the silence level, in all. */
  readonly audibleMs: number;
  /** The largest sample, 0 to 32768. */
  readonly peak: number;
  /** Samples at full scale, per million: a line that was set too loud. */
  readonly clippedPerMillion: number;
}

export interface HealthWatch {
  /** One array a channel, equally long, 16 kHz; any length. */
  push(block: readonly Int16Array[]): void;
  end(): RecordingHealth;
}

/**
 * -60 dB of full scale, as root mean square around the frame's own mean: an idle telephone line lies below it, the quietest
 * speech that can be recognised well above. A constant offset (A-law's silence is 8) counts as nothing.
 */
export const silenceLevel = 33;
/** Clicks and line taps: less sound than this in a whole recording is silence. */
const leastAudibleMs = 200;

const sampleRate = 16_000;
const frameMs = 20;
const frameSamples = (sampleRate * frameMs) / 1000;

interface ChannelSums {
  sum: number;
  squares: number;
  audibleFrames: number;
  peak: number;
  clipped: number;
}

/** Watches decoded blocks go by (16 kHz), in constant memory, and tells whether there was anything to hear. */
export function watchHealth(channels: 1 | 2): HealthWatch {
  const sums: ChannelSums[] = Array.from({ length: channels }, () => ({
    sum: 0,
    squares: 0,
    audibleFrames: 0,
    peak: 0,
    clipped: 0,
  }));
  let inFrame = 0;
  let samples = 0;

  function closeFrame(): void {
    for (const channel of sums) {
      const mean = channel.sum / inFrame;
      if (channel.squares / inFrame - mean * mean > silenceLevel * silenceLevel) channel.audibleFrames++;
      channel.sum = 0;
      channel.squares = 0;
    }
    inFrame = 0;
  }

  return {
    push(block) {
      const length = block[0]?.length ?? 0;
      for (let from = 0; from < length;) {
        const to = Math.min(length, from + frameSamples - inFrame);
        sums.forEach((channel, index) => {
          const values = block[index];
          if (values === undefined || values.length !== length) throw new TypeError('health: blocks must be equally long');
          for (let at = from; at < to; at++) {
            const value = values[at] as number;
            channel.sum += value;
            channel.squares += value * value;
            const size = value < 0 ? -value : value;
            if (size > channel.peak) channel.peak = size;
            if (size >= 32_767) channel.clipped++;
          }
        });
        inFrame += to - from;
        samples += to - from;
        from = to;
        if (inFrame === frameSamples) closeFrame();
      }
    },
    end() {
      if (inFrame > 0) closeFrame();
      const durationMs = Math.round((samples * 1000) / sampleRate);
      const heard = sums.map((channel) => channel.audibleFrames * frameMs);
      // a recording of a moment is judged by its own length
      const needed = Math.min(leastAudibleMs, durationMs / 2);
      return {
        durationMs,
        isSilent: heard.every((audibleMs) => audibleMs < needed || audibleMs === 0),
        channels: sums.map((channel, index) => ({
          audibleMs: Math.min(heard[index] ?? 0, durationMs),
          peak: channel.peak,
          clippedPerMillion: samples === 0 ? 0 : Math.round((channel.clipped * 1_000_000) / samples),
        })),
      };
    },
  };
}
