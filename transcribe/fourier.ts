/** An in-place radix-2 Fourier transform (Cooley and Tukey) of one size, a power of two. Forward; not scaled. */
export function fourier(size: number): (re: Float64Array, im: Float64Array) => void {
  const bits = Math.log2(size);
  const reversed = Uint32Array.from({ length: size }, (_, i) => {
    let out = 0;
    for (let b = 0; b < bits; b += 1) if (i & (1 << b)) out |= 1 << (bits - 1 - b);
    return out;
  });
  const cos = Float64Array.from({ length: size / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / size));
  const sin = Float64Array.from({ length: size / 2 }, (_, i) => Math.sin((2 * Math.PI * i) / size));
  return (re, im) => {
    for (let i = 0; i < size; i += 1) {
      const j = reversed[i]!;
      if (j <= i) continue;
      [re[i], re[j]] = [re[j]!, re[i]!];
      [im[i], im[j]] = [im[j]!, im[i]!];
    }
    for (let half = 1; half < size; half *= 2) {
      const stride = size / (2 * half);
      for (let start = 0; start < size; start += 2 * half) {
        for (let k = 0; k < half; k += 1) {
          const c = cos[k * stride]!;
          const s = -sin[k * stride]!;
          const a = start + k;
          const b = a + half;
          const real = re[b]! * c - im[b]! * s;
          const imaginary = re[b]! * s + im[b]! * c;
          re[b] = re[a]! - real;
          im[b] = im[a]! - imaginary;
          re[a]! += real;
          im[a]! += imaginary;
        }
      }
    }
  };
}
