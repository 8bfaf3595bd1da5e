/** What a manifest says of one file: its columns by their own names, as the centre wrote them. Empty cells are left out. */
export type ManifestRows = ReadonlyMap<string, Readonly<Record<string, string>>>;

const fileColumns = new Set(['file', 'filename', 'path', 'recording', 'audio', '文件', '文件名', '录音']);
const fold = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]/g, '');

/**
 * The rows of a CSV manifest by the file each names, so that what it says of a call can be sent with the call's recording. The
 * server reads the same manifest and reports its problems; here a line that cannot be used is passed over.
 */
export function manifestRows(text: string): ManifestRows {
  const [header = [], ...lines] = csvLines(text.replace(/^\uFEFF/, ''));
  const at = header.findIndex((name) => fileColumns.has(fold(name)));
  const rows = new Map<string, Record<string, string>>();
  if (at < 0) return rows;
  for (const line of lines) {
    const file = line[at]?.trim();
    if (file === undefined || file === '' || rows.has(file)) continue;
    const row: Record<string, string> = {};
    header.forEach((name, index) => {
      const value = line[index]?.trim();
      if (index !== at && name.trim() !== '' && value !== undefined && value !== '') row[name.trim()] = value;
    });
    rows.set(file, row);
  }
  return rows;
}

/** Lines of CSV as RFC 4180 has them: quotes may hold commas, line ends and doubled quotes. Empty lines are left out. */
export function csvLines(text: string): string[][] {
  const lines: string[][] = [];
  let line: string[] = [];
  let cell = '';
  let quoted = false;
  const endCell = (): void => {
    line.push(cell);
    cell = '';
  };
  const endLine = (): void => {
    endCell();
    if (line.some((each) => each !== '')) lines.push(line);
    line = [];
  };
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]!;
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[at + 1] === '"') {
        cell += char;
        at += 1;
      } else quoted = false;
    } else if (char === '"' && cell.trim() === '') {
      cell = '';
      quoted = true;
    } else if (char === ',') endCell();
    else if (char === '\n') endLine();
    else if (char !== '\r' || text[at + 1] !== '\n') cell += char;
  }
  endLine();
  return lines;
}
