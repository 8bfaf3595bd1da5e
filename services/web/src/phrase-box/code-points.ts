/** UTF-16 offset of the code point `index`; the text's length when there are fewer. */
export function utf16Of(text: string, index: number): number {
  let offset = 0;
  for (let left = index; left > 0 && offset < text.length; left -= 1) {
    offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  }
  return offset;
}

/** UTF-16 offsets of all code points of a text, and of its end. */
export function utf16Offsets(text: string): readonly number[] {
  const offsets = [0];
  for (const character of text) offsets.push((offsets.at(-1) ?? 0) + character.length);
  return offsets;
}

/** How many code points come before a UTF-16 offset. */
export function codePointsBefore(text: string, offset: number): number {
  let count = 0;
  for (let at = 0; at < offset && at < text.length; count += 1) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return count;
}

/** UTF-16 offset of a place as the phrase language says it: line and column from 1, columns in code points of the line. */
export function offsetOfPlace(text: string, line: number, column: number): number {
  let start = 0;
  for (let at = 1; at < line; at += 1) {
    const end = text.indexOf('\n', start);
    if (end === -1) return text.length;
    start = end + 1;
  }
  const end = text.indexOf('\n', start);
  const ofLine = text.slice(start, end === -1 ? text.length : end);
  return start + utf16Of(ofLine, column - 1);
}
