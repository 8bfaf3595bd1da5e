import { parse } from 'csv-parse/sync';
import type { BilingualText } from '../services/kernel/index.ts';
import type { CallMetadata } from './call-metadata.ts';
import { metadataField, readMetadata } from './metadata-fields.ts';
import type { ExpectedRecording } from './ports.ts';

/** One row of a manifest: a file of the delivery and what the centre knows of it. */
export interface ManifestRow {
  readonly line: number;
  /** Path of the recording inside the delivery. */
  readonly file: string;
  /** Path of a transcript that is read instead of recognising. */
  readonly transcript: string | undefined;
  readonly metadata: CallMetadata;
}

export interface ManifestProblem {
  readonly line: number;
  readonly message: BilingualText;
}

export interface Manifest {
  readonly rows: readonly ManifestRow[];
  readonly problems: readonly ManifestProblem[];
}

const fileColumns = new Set(['file', 'filename', 'path', 'recording', 'audio', '文件', '文件名', '录音']);
const transcriptColumns = new Set(['transcript', '转写', '文本']);
const fold = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]/g, '');

/**
 * Reads a manifest: CSV with a header line, or a JSON array of objects. Every problem is reported with its line (CSV) or
 * its position from 1 (JSON) and never with the value; rows without a problem are usable.
 */
export function readManifest(text: string, zoneOffset = '+00:00'): Manifest {
  const start = text.replace(/^\uFEFF/, '').trimStart();
  if (start === '') return { rows: [], problems: [{ line: 1, message: { zh: '清单是空的', en: 'the manifest is empty' } }] };
  return start.startsWith('[') || start.startsWith('{') ? fromJson(start, zoneOffset) : fromCsv(text, zoneOffset);
}

/** What a manifest says should arrive from a source. `manifestSha256` is the hash of the manifest's text. */
export function expectedRecordings(rows: Iterable<ManifestRow>, source: string, manifestSha256: string): ExpectedRecording[] {
  return [...rows].map(({ file, metadata: { externalId, segment, startedAt } }) => ({
    source,
    name: file,
    externalId,
    segment,
    startedAt,
    manifestSha256,
  }));
}

function fromJson(text: string, zoneOffset: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { rows: [], problems: [{ line: 1, message: { zh: '清单不是有效的 JSON', en: 'the manifest is no valid JSON' } }] };
  }
  const list = Array.isArray(value) ? value : (value as { calls?: unknown }).calls;
  if (!Array.isArray(list))
    return {
      rows: [],
      problems: [{ line: 1, message: { zh: 'JSON 清单应为通话数组', en: 'a JSON manifest is an array of calls' } }],
    };
  return collect(
    list.map((row: unknown, index) => ({
      line: index + 1,
      entries: typeof row === 'object' && row !== null ? Object.entries(row) : [],
    })),
    zoneOffset,
  );
}

function fromCsv(text: string, zoneOffset: string): Manifest {
  let table: { record: string[]; info: { lines: number } }[];
  try {
    table = parse(text, {
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as typeof table;
  } catch (error) {
    const line = (error as { lines?: number }).lines ?? 1;
    return {
      rows: [],
      problems: [
        {
          line,
          message: {
            zh: '这一行不是有效的 CSV（引号没有闭合？）',
            en: 'this line is no valid CSV (a quote that does not close?)',
          },
        },
      ],
    };
  }
  const header = table[0]?.record ?? [];
  if (!header.some((name) => fileColumns.has(fold(name))))
    return {
      rows: [],
      problems: [
        { line: 1, message: { zh: '表头需要一列名为「文件」或 file', en: 'the header line needs a column named file' } },
      ],
    };
  const unknown = header.filter((name) => !known(name));
  const manifest = collect(
    table.slice(1).map(({ record, info }) => ({
      line: info.lines,
      entries: header.map((name, index): [string, unknown] => [name, record[index]]),
    })),
    zoneOffset,
  );
  return unknown.length === 0
    ? manifest
    : {
        ...manifest,
        problems: [
          ...manifest.problems,
          {
            line: 1,
            message: {
              zh: `有 ${unknown.length} 列无法识别，已忽略`,
              en: `${unknown.length} columns are not known and were left out`,
            },
          },
        ],
      };
}

const known = (name: string): boolean =>
  fileColumns.has(fold(name)) || transcriptColumns.has(fold(name)) || metadataField(name) !== undefined;

function collect(rows: { line: number; entries: readonly (readonly [string, unknown])[] }[], zoneOffset: string): Manifest {
  const kept: ManifestRow[] = [];
  const problems: ManifestProblem[] = [];
  const seen = new Set<string>();
  for (const { line, entries } of rows) {
    const pick = (names: Set<string>): string | undefined => {
      const value = entries.find(([name]) => names.has(fold(name)))?.[1];
      return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
    };
    const file = pick(fileColumns);
    if (file === undefined) {
      problems.push({ line, message: { zh: '没有写明文件', en: 'no file is named' } });
      continue;
    }
    if (file.startsWith('/') || file.split(/[/\\]/).includes('..')) {
      problems.push({ line, message: { zh: '文件必须是交付目录内的路径', en: 'file must be a path inside the delivery' } });
      continue;
    }
    if (seen.has(file)) {
      problems.push({ line, message: { zh: '前面的行已写过这个文件', en: 'this file is named by an earlier line already' } });
      continue;
    }
    seen.add(file);
    const { metadata, problems: fields } = readMetadata(entries, zoneOffset);
    for (const { message } of fields) problems.push({ line, message });
    if (fields.length === 0) kept.push({ line, file, transcript: pick(transcriptColumns), metadata });
  }
  return { rows: kept, problems };
}
