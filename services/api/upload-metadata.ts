import { Metadata } from '@tus/server';
import { readMetadata, type UploadedFile } from '../../ingest/index.ts';
import { ApiProblem } from './problem.ts';
import { sourceNameSchema } from './schemas.ts';

/** Longest Upload-Metadata header that is read. */
const longest = 16 * 1024;

/**
 * What an Upload-Metadata header says of the file: `filename`, `source`, `modifiedAt` (UTC milliseconds) and `metadata` (a JSON
 * object of what is known of the call). What else a client says is left out.
 * @throws ApiProblem 422 that names each field, never its value
 */
export function readUploadMetadata(header: string | undefined, zoneOffset: string): UploadedFile {
  const given = parsed(header);
  const source = sourceNameSchema.safeParse(given['source'] ?? 'upload');
  if (!source.success) throw wrong('source', { zh: '来源名称只能用小写字母、数字和 -', en: 'lower case letters, digits and -' });
  const modifiedAt = given['modifiedAt'] === undefined ? undefined : Number(given['modifiedAt']);
  if (modifiedAt !== undefined && (!Number.isSafeInteger(modifiedAt) || modifiedAt < 0))
    throw wrong('modifiedAt', { zh: '应为 UTC 毫秒数', en: 'UTC milliseconds' });
  const { metadata, problems } = readMetadata(entriesOf(given['metadata']), zoneOffset);
  const [first] = problems;
  if (first !== undefined) throw wrong(`metadata.${first.field}`, first.message);
  return { source: source.data, name: (given['filename'] ?? '').slice(0, 1000) || 'recording', modifiedAt, metadata };
}

function parsed(header: string | undefined): Record<string, string | undefined> {
  if (header === undefined || header.trim() === '') return {};
  try {
    if (header.length > longest) throw new RangeError('too long');
    return Object.fromEntries(Object.entries(Metadata.parse(header)).map(([key, value]) => [key, value ?? undefined]));
  } catch {
    throw wrong('Upload-Metadata', {
      zh: '应为逗号分隔的键和 base64 值',
      en: 'pairs of a key and a base64 value, separated by commas',
    });
  }
}

function entriesOf(json: string | undefined): [string, unknown][] {
  if (json === undefined || json === '') return [];
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value);
  } catch {
    // said below, in the same words as for any other value that is no object
  }
  throw wrong('metadata', { zh: '应为 JSON 对象', en: 'a JSON object is expected' });
}

const wrong = (path: string, text: { zh: string; en: string }): ApiProblem =>
  new ApiProblem(422, 'not-valid', 'What is said of the upload is not valid.', {
    errors: [{ path, message: text.en, text }],
  });
