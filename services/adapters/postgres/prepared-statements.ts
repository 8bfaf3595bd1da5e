/** How often a statement is run before the server prepares it: what is run seldom is not worth its memory there. */
const seenFirst = 5;
/** How many statements a connection prepares at most. */
const most = 128;
/** How many texts are counted; then counting begins again. */
const mostCounted = 1000;

const names = new Map<string, string>();
const seen = new Map<string, number>();

/**
 * The name under which the server keeps a statement's plan, for one that is run again and again; else undefined. The same text
 * has the same name on every connection of this process.
 */
export function statementName(text: string): string | undefined {
  const name = names.get(text);
  if (name !== undefined || names.size >= most) return name;
  const count = (seen.get(text) ?? 0) + 1;
  if (count < seenFirst) {
    if (seen.size >= mostCounted) seen.clear();
    seen.set(text, count);
    return undefined;
  }
  seen.delete(text);
  const given = `s${names.size + 1}`;
  names.set(text, given);
  return given;
}
