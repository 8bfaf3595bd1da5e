/** One channel's way from one sample rate to another. */
export interface Resampler {
  push(samples: Float64Array): Int16Array;
  /** What the last input samples still decide; afterwards as many samples came out as the input's length asks for. */
  end(): Int16Array;
}

/** Zero crossings of the sinc on each side of its middle: sets how steep the filter is. */
const crossings = 32;
/** Kaiser window: about 90 dB below the pass band. */
const beta = 9;
/** The part of the lower rate's band that is kept. */
const keptBand = 0.94;
/** Coefficients are rounded, so that no machine's sine makes another result. */
const grid = 2 ** 24;

interface Filter {
  /** Output steps: `up` outputs for `down` inputs. */
  readonly up: number;
  readonly down: number;
  /** Taps on each side. */
  readonly half: number;
  readonly taps: Float64Array;
}

const filters = new Map<string, Filter>();

/**
 * Band-limited resampling: polyphase sinc under a Kaiser window (Smith, "Digital Audio Resampling"), no delay, unity gain at
 * zero frequency. The same input gives the same bytes on every machine.
 */
export function resample(from: number, to: number): Resampler {
  if (from === to) {
    return { push: (samples) => Int16Array.from(samples, clip), end: () => new Int16Array(0) };
  }
  const { up, down, half, taps } = filterFor(from, to);
  // inputs from `start` on are held; those before the recording are zero
  let held = new Float64Array(half);
  let start = -half;
  let inputs = 0;
  let outputs = 0;

  function produce(until: number): Int16Array {
    // output n lies at input n * down / up and needs `half` inputs on both sides
    const last = Math.floor(((start + held.length - half) * up - 1) / down);
    const count = Math.max(0, Math.min(until, last + 1) - outputs);
    const out = new Int16Array(count);
    const width = half * 2;
    for (let index = 0; index < count; index++, outputs++) {
      const place = outputs * down;
      const whole = Math.floor(place / up);
      let tap = (place - whole * up) * width;
      let at = whole - half + 1 - start;
      let sum = 0;
      for (const end = at + width; at < end; at++, tap++) sum += (held[at] as number) * (taps[tap] as number);
      out[index] = clip(sum);
    }
    const keepFrom = Math.max(0, Math.floor((outputs * down) / up) - half + 1 - start);
    held = held.slice(keepFrom);
    start += keepFrom;
    return out;
  }

  function append(samples: Float64Array): void {
    const joined = new Float64Array(held.length + samples.length);
    joined.set(held);
    joined.set(samples, held.length);
    held = joined;
  }

  return {
    push(samples) {
      inputs += samples.length;
      append(samples);
      return produce(Infinity);
    },
    end() {
      append(new Float64Array(half * 2 + Math.ceil(down / up)));
      return produce(Math.round((inputs * up) / down));
    },
  };
}

function clip(value: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(value)));
}

function filterFor(from: number, to: number): Filter {
  const key = `${from}/${to}`;
  const known = filters.get(key);
  if (known !== undefined) return known;
  const shared = gcd(from, to);
  const up = to / shared;
  const down = from / shared;
  // in units of the input's Nyquist frequency
  const cutoff = Math.min(1, to / from) * keptBand;
  const half = Math.ceil(crossings / Math.min(1, to / from));
  const taps = new Float64Array(up * half * 2);
  for (let phase = 0; phase < up; phase++) {
    let sum = 0;
    for (let tap = 0; tap < half * 2; tap++) {
      const distance = tap - half + 1 - phase / up;
      const value = sinc(distance * cutoff) * kaiser(distance / half);
      taps[phase * half * 2 + tap] = value;
      sum += value;
    }
    for (let tap = 0; tap < half * 2; tap++) {
      const at = phase * half * 2 + tap;
      taps[at] = Math.round(((taps[at] as number) / sum) * grid) / grid;
    }
  }
  const filter = { up, down, half, taps };
  // telephone systems use a handful of rates; hostile headers must not fill the memory
  if (filters.size < 8) filters.set(key, filter);
  return filter;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : bessel(beta * Math.sqrt(1 - x * x)) / bessel(beta);
}

/** Modified Bessel function of the first kind, order 0, by its series. */
function bessel(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; k < 60 && term > sum * 1e-18; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
