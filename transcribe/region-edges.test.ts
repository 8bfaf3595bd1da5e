import { describe, expect, it } from 'vitest';
import { LoudnessCurve } from './loudness.ts';
import { RegionEdges } from './region-edges.ts';

const rate = 16_000;

/** A channel by stretches of `[seconds, dBFS]`. */
function sound(...stretches: [number, number][]): Int16Array {
  return Int16Array.from(
    stretches.flatMap(([seconds, db]) =>
      Array.from({ length: Math.round(seconds * rate) }, (_, i) => Math.round((i % 2 === 0 ? 1 : -1) * 32_767 * 10 ** (db / 20))),
    ),
  );
}

function curveOf(samples: Int16Array): LoudnessCurve {
  const curve = new LoudnessCurve();
  curve.push(samples);
  return curve;
}

function edges(own: Int16Array, regions: [number, number][], other?: Int16Array) {
  const mover = new RegionEdges(curveOf(own), other === undefined ? undefined : curveOf(other));
  return mover
    .end(regions.map(([a, b]) => ({ start: a * rate, end: b * rate })))
    .map(({ start, end }) => [start / rate, end / rate]);
}

describe('the edges of speech', () => {
  it('are moved to where the sound of it begins and ends', () => {
    const samples = sound([4, -60], [1, -25], [0.1, -60], [3, -22], [0.6, -30], [4, -60]);
    expect(edges(samples, [[5.1, 8.1]])).toEqual([[4, 8.7]]);
  });

  it('stay where there is only the noise of the line, or a pause in between', () => {
    expect(edges(sound([4, -45], [2, -20], [4, -45]), [[4, 6]])).toEqual([[4, 6]]);
    expect(edges(sound([2, -60], [1, -25], [1, -60], [2, -20], [2, -60]), [[4, 6]])).toEqual([[4, 6]]);
  });

  it('are moved by a second and a half at most', () => {
    expect(edges(sound([2, -60], [10, -20], [4, -60]), [[8, 10]])).toEqual([[6.5, 11.5]]);
  });

  it('do not take in what the other channel says', () => {
    const own = sound([4, -60], [1, -38], [2, -22], [3, -60]);
    expect(edges(own, [[5, 7]], sound([4, -60], [1, -15], [5, -60]))).toEqual([[5, 7]]);
    expect(edges(own, [[5, 7]], sound([10, -60]))).toEqual([[4, 7]]);
  });

  it("never overlap the neighbour's", () => {
    const samples = sound([2, -60], [6, -20], [3, -60]);
    expect(
      edges(samples, [
        [2, 4],
        [4.2, 4.5],
        [5.6, 8],
      ]),
    ).toEqual([
      [2, 5.5],
      [5.5, 6],
      [6, 8],
    ]);
  });

  it('are the same however the sound is divided', () => {
    const samples = sound([4, -60], [1, -25], [3, -22], [0.6, -30], [4, -60]);
    for (const step of [0.02, 0.5, 3]) {
      const curve = new LoudnessCurve();
      const mover = new RegionEdges(curve, undefined);
      const out: { start: number; end: number }[] = [];
      let told = false;
      for (let at = 0; at < samples.length; at += step * rate) {
        curve.push(samples.subarray(at, at + step * rate));
        const certain: boolean = !told && at / rate > 8.4;
        out.push(...mover.push(certain ? [{ start: 5 * rate, end: 8 * rate }] : []));
        told ||= certain;
      }
      out.push(...mover.end([]));
      expect(out.map(({ start, end }) => [start / rate, end / rate])).toEqual([[4, 8.6]]);
    }
  });
});
