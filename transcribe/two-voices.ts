import { cepstra, printMs, type VoicePrint } from './voice-prints.ts';

/** A stretch that one person speaks. */
interface VoiceMember {
  readonly startMs: number;
  readonly endMs: number;
}

const dimensions = cepstra + 1;
/** Neighbouring prints are alike: this many count as one. */
const dependence = 4;
const mostOdds = 6;

/**
 * Tells two voices apart: log-odds, for each stretch, of the first of two groups over the second (which is which is
 * arbitrary; 0 where nothing tells). The variation of prints *within* stretches is what the sounds of speech make; stretches'
 * means are measured in its units (within-class covariance normalisation), so that what remains is mostly who speaks. Two
 * means are then fitted by expectation maximisation, from the sign of the first principal component and from the pitch,
 * whichever fits better. Deterministic.
 */
export function voiceOdds(members: readonly VoiceMember[], prints: readonly VoicePrint[]): number[] {
  const pitches = prints.map((print) => print.logPitch).filter((pitch) => pitch !== undefined);
  const usualPitch = pitches.length === 0 ? 0 : pitches.reduce((sum, pitch) => sum + pitch, 0) / pitches.length;
  const groups = members.map((member) => printsWithin(prints, member).map((print) => vectorOf(print, usualPitch)));
  const whole = groups.filter((group) => group.length >= 3);
  if (whole.length < 4) return members.map(() => 0);
  const whiten = whitening(whole);
  const points = groups.map((group) => ({ at: whiten(mean(group)), weight: group.length / dependence }));
  const used = points.filter((point) => point.weight * dependence >= 3);
  const starts = [
    principalSplit(used),
    used.map((point) => (point.at[dimensions - 1]! > medianOf(used.map((each) => each.at[dimensions - 1]!)) ? 1 : 0)),
  ];
  const fits = starts.map((start) => fit(used, start));
  const best = fits.reduce((a, b) => (b.likelihood > a.likelihood ? b : a));
  if (best.distance < 0.5) return members.map(() => 0);
  return points.map((point) => {
    const odds = (point.weight * (squared(point.at, best.means[1]!) - squared(point.at, best.means[0]!))) / 2 / best.spread;
    return Math.min(mostOdds, Math.max(-mostOdds, odds));
  });
}

function printsWithin(prints: readonly VoicePrint[], member: VoiceMember): VoicePrint[] {
  let low = 0;
  let high = prints.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (prints[middle]!.startMs < member.startMs - printMs / 2) low = middle + 1;
    else high = middle;
  }
  const out: VoicePrint[] = [];
  for (let i = low; i < prints.length && prints[i]!.startMs + printMs / 2 <= member.endMs; i += 1) out.push(prints[i]!);
  return out;
}

type Vector = Float64Array;

function vectorOf(print: VoicePrint, usualPitch: number): Vector {
  const vector = new Float64Array(dimensions);
  vector.set(print.cepstrum);
  vector[cepstra] = print.logPitch ?? usualPitch;
  return vector;
}

function mean(vectors: readonly Vector[]): Vector {
  const sum = new Float64Array(dimensions);
  for (const vector of vectors) for (let i = 0; i < dimensions; i += 1) sum[i]! += vector[i]! / vectors.length;
  return sum;
}

/** Maps vectors so that prints vary within their stretch by one in every direction (inverse Cholesky factor). */
function whitening(groups: readonly (readonly Vector[])[]): (vector: Vector) => Vector {
  const covariance = Array.from({ length: dimensions }, () => new Float64Array(dimensions));
  let count = 0;
  for (const group of groups) {
    const centre = mean(group);
    for (const vector of group) {
      count += 1;
      for (let i = 0; i < dimensions; i += 1) {
        for (let j = 0; j <= i; j += 1) covariance[i]![j]! += (vector[i]! - centre[i]!) * (vector[j]! - centre[j]!);
      }
    }
  }
  const factor = Array.from({ length: dimensions }, () => new Float64Array(dimensions));
  for (let i = 0; i < dimensions; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = covariance[i]![j]! / count + (i === j ? covariance[i]![i]! / count / 10 + 1e-6 : 0);
      for (let k = 0; k < j; k += 1) sum -= factor[i]![k]! * factor[j]![k]!;
      factor[i]![j] = i === j ? Math.sqrt(Math.max(sum, 1e-9)) : sum / factor[j]![j]!;
    }
  }
  return (vector) => {
    const out = new Float64Array(dimensions);
    for (let i = 0; i < dimensions; i += 1) {
      let value = vector[i]!;
      for (let k = 0; k < i; k += 1) value -= factor[i]![k]! * out[k]!;
      out[i] = value / factor[i]![i]!;
    }
    return out;
  };
}

interface Point {
  readonly at: Vector;
  readonly weight: number;
}

/** Which side of the heaviest direction of the stretches' means each lies on (power iteration). */
function principalSplit(points: readonly Point[]): number[] {
  const all = points.reduce((sum, point) => sum + point.weight, 0);
  const centre = new Float64Array(dimensions);
  for (const { at, weight } of points) for (let i = 0; i < dimensions; i += 1) centre[i]! += (at[i]! * weight) / all;
  let direction: Vector = new Float64Array(dimensions).fill(1);
  for (let turn = 0; turn < 50; turn += 1) {
    const next = new Float64Array(dimensions);
    for (const { at, weight } of points) {
      let projection = 0;
      for (let i = 0; i < dimensions; i += 1) projection += (at[i]! - centre[i]!) * direction[i]!;
      for (let i = 0; i < dimensions; i += 1) next[i]! += weight * projection * (at[i]! - centre[i]!);
    }
    const length = Math.hypot(...next);
    if (length === 0) break;
    direction = next.map((value) => value / length);
  }
  return points.map(({ at }) => {
    let projection = 0;
    for (let i = 0; i < dimensions; i += 1) projection += (at[i]! - centre[i]!) * direction[i]!;
    return projection > 0 ? 1 : 0;
  });
}

interface Fit {
  readonly means: readonly [Vector, Vector];
  /** Variance of stretches around their mean, in units of what their length leads one to expect. */
  readonly spread: number;
  readonly likelihood: number;
  /** Between the two means, in standard deviations of one print. */
  readonly distance: number;
}

function fit(points: readonly Point[], start: readonly number[]): Fit {
  let share: number[] = [...start];
  let means: [Vector, Vector] = [new Float64Array(dimensions), new Float64Array(dimensions)];
  let spread = 1;
  let likelihood = 0;
  for (let turn = 0; turn < 30; turn += 1) {
    means = [
      weighted(
        points,
        share.map((each) => 1 - each),
      ),
      weighted(points, share),
    ];
    let sum = 0;
    for (const [i, { at, weight }] of points.entries()) {
      sum += weight * ((1 - share[i]!) * squared(at, means[0]) + share[i]! * squared(at, means[1]));
    }
    spread = Math.max(0.2, sum / points.length / dimensions);
    likelihood = 0;
    share = points.map(({ at, weight }) => {
      const a = (-weight * squared(at, means[0])) / 2 / spread;
      const b = (-weight * squared(at, means[1])) / 2 / spread;
      const top = Math.max(a, b);
      likelihood += top + Math.log(Math.exp(a - top) + Math.exp(b - top)) - (dimensions / 2) * Math.log(spread);
      return 1 / (1 + Math.exp(Math.min(500, Math.max(-500, a - b))));
    });
  }
  return { means, spread, likelihood, distance: Math.sqrt(squared(means[0], means[1])) };
}

function weighted(points: readonly Point[], share: readonly number[]): Vector {
  const out = new Float64Array(dimensions);
  const all = points.reduce((sum, { weight }, i) => sum + weight * share[i]!, 1e-9);
  for (const [k, { at, weight }] of points.entries())
    for (let i = 0; i < dimensions; i += 1) out[i]! += (at[i]! * weight * share[k]!) / all;
  return out;
}

function squared(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < dimensions; i += 1) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
