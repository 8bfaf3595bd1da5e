/** Power spectra of one frame length; the returned array is used again by the next call. */
export interface Spectrum {
  readonly length: number;
  /** `length` samples from `at` on, under a Hann window; power of bins 0 to length / 2, a full-scale sine is about 1. */
  power(samples: Float64Array, at: number): Float64Array;
}

/** Real radix-2 FFT by way of a complex one of half the length. `length` is a power of two. */
export function spectrumOf(length: number): Spectrum {
  const half = length / 2;
  const window = Float64Array.from({ length }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / length));
  const cosines = Float64Array.from({ length: half }, (_, k) => Math.cos((2 * Math.PI * k) / length));
  const sines = Float64Array.from({ length: half }, (_, k) => -Math.sin((2 * Math.PI * k) / length));
  const reversed = bitReversal(half);
  const re = new Float64Array(half);
  const im = new Float64Array(half);
  const power = new Float64Array(half + 1);
  // a sine of amplitude 1 gives (length / 4) squared under a Hann window
  const scale = 16 / (length * length);

  function transform(): void {
    for (let size = 2; size <= half; size *= 2) {
      const middle = size / 2;
      const stride = length / size;
      for (let from = 0; from < half; from += size) {
        for (let k = 0, twiddle = 0; k < middle; k++, twiddle += stride) {
          const a = from + k;
          const b = a + middle;
          const c = cosines[twiddle] as number;
          const s = sines[twiddle] as number;
          const x = (re[b] as number) * c - (im[b] as number) * s;
          const y = (re[b] as number) * s + (im[b] as number) * c;
          re[b] = (re[a] as number) - x;
          im[b] = (im[a] as number) - y;
          re[a] = (re[a] as number) + x;
          im[a] = (im[a] as number) + y;
        }
      }
    }
  }

  return {
    length,
    power(samples, at) {
      for (let n = 0; n < half; n++) {
        const from = 2 * (reversed[n] as number);
        re[n] = (samples[at + from] as number) * (window[from] as number);
        im[n] = (samples[at + from + 1] as number) * (window[from + 1] as number);
      }
      transform();
      for (let k = 0; k <= half; k++) {
        const a = k % half;
        const b = (half - k) % half;
        const evenRe = ((re[a] as number) + (re[b] as number)) / 2;
        const evenIm = ((im[a] as number) - (im[b] as number)) / 2;
        const oddRe = ((im[a] as number) + (im[b] as number)) / 2;
        const oddIm = ((re[b] as number) - (re[a] as number)) / 2;
        const c = k === half ? -1 : (cosines[k] as number);
        const s = k === half ? 0 : (sines[k] as number);
        const x = evenRe + oddRe * c - oddIm * s;
        const y = evenIm + oddRe * s + oddIm * c;
        power[k] = (x * x + y * y) * scale;
      }
      return power;
    },
  };
}

function bitReversal(length: number): Uint32Array {
  const bits = Math.log2(length);
  return Uint32Array.from({ length }, (_, n) => {
    let out = 0;
    for (let bit = 0; bit < bits; bit++) out = (out << 1) | ((n >> bit) & 1);
    return out;
  });
}

/** Halves the sample rate of one channel: 16 kHz samples in, 8 kHz values from -1 to 1 out. */
export interface Halver {
  push(samples: Int16Array): Float64Array;
}

/** Taps on one side of a half-band low-pass at odd distances 1, 3, 5, 7 (windowed sinc); the middle one is a half. */
const halfBand = [0.3096, -0.0825, 0.0303, -0.0074];

export function halver(): Halver {
  const reach = 7;
  let held = new Float64Array(reach);
  return {
    push(samples) {
      const joined = new Float64Array(held.length + samples.length);
      joined.set(held);
      for (let index = 0; index < samples.length; index++) joined[held.length + index] = (samples[index] as number) / 32_768;
      const count = Math.max(0, Math.floor((joined.length - 2 * reach - 1) / 2) + 1);
      const out = new Float64Array(count);
      for (let index = 0; index < count; index++) {
        const middle = reach + index * 2;
        let value = (joined[middle] as number) / 2;
        for (let tap = 0; tap < 4; tap++) {
          const distance = 2 * tap + 1;
          value += (halfBand[tap] as number) * ((joined[middle - distance] as number) + (joined[middle + distance] as number));
        }
        out[index] = value;
      }
      held = joined.slice(count * 2);
      return out;
    },
  };
}
