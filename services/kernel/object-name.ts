import type { ByteRange } from './object-store.ts';

const part = /^[A-Za-z0-9._-]{1,200}$/;
const longest = 900;

/** Throws a TypeError unless this is a name that every store can hold: `/`-separated parts of `[A-Za-z0-9._-]`, never `.` or `..`. */
export function checkObjectName(name: string): void {
  if (name.length > longest || !name.split('/').every(isPart))
    throw new TypeError('an object name is /-separated parts of A-Z a-z 0-9 . _ -, none of them . or ..');
}

/** A prefix is the beginning of a name, cut anywhere. */
export function checkObjectPrefix(prefix: string): void {
  const parts = prefix.split('/');
  const last = parts.pop() ?? '';
  if (prefix.length > longest || !parts.every(isPart) || (last !== '' && !part.test(last)))
    throw new TypeError('a prefix is the beginning of an object name');
}

/** The owner of raw objects is one part of a name. */
export function checkOwner(owner: string): void {
  if (!isPart(owner)) throw new TypeError('an owner is one part of an object name: A-Z a-z 0-9 . _ -, not . or ..');
}

function isPart(text: string): boolean {
  return part.test(text) && text !== '.' && text !== '..';
}

/** The stretch of an object of `sizeBytes` that a range asks for: cut at the end, possibly empty. */
export function cutRange(range: ByteRange | undefined, sizeBytes: number): ByteRange {
  if (range === undefined) return { start: 0, end: sizeBytes };
  const { start, end } = range;
  if (!Number.isSafeInteger(start) || start < 0 || Number.isNaN(end) || end < start)
    throw new RangeError('a range begins at a whole number from 0 and does not end before that');
  return { start: Math.min(start, sizeBytes), end: Math.min(Math.trunc(end), sizeBytes) };
}
