/** All of a stream in one piece. For what is known to be small: everything else is passed on as it comes. */
export async function wholeBytes(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}
