/** ITU-T G.711 expansion, as tables of 256: code to 16-bit sample. */

function expandALaw(code: number): number {
  const value = code ^ 0x55;
  const exponent = (value >> 4) & 7;
  const mantissa = (value & 15) * 16 + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 256) << (exponent - 1);
  return value & 0x80 ? magnitude : -magnitude;
}

function expandMuLaw(code: number): number {
  const value = ~code & 0xff;
  const magnitude = ((((value & 15) << 3) + 0x84) << ((value >> 4) & 7)) - 0x84;
  return value & 0x80 ? -magnitude : magnitude;
}

export const aLaw: Int16Array = Int16Array.from({ length: 256 }, (_, code) => expandALaw(code));
export const muLaw: Int16Array = Int16Array.from({ length: 256 }, (_, code) => expandMuLaw(code));
