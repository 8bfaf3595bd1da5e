import type { CallMetadata } from './call-metadata.ts';
import { metadataField, readMetadata } from './metadata-fields.ts';

/**
 * A file-name pattern such as `{queue}/{agentId}_{externalId}_{startedAt:yyyyMMddHHmmss}` gives metadata to files that
 * come without any. It is compared with the path inside the source, without its extension; a placeholder takes anything
 * but `/`, as little as it can. `*` skips.
 */
export interface FileNamePattern {
  readonly text: string;
  read(path: string): CallMetadata | undefined;
}

export class PatternError extends Error {}

/** @throws PatternError for a field that does not exist or a date part that cannot be read. */
export function fileNamePattern(text: string, zoneOffset: string): FileNamePattern {
  const fields: { name: string; format: string | undefined }[] = [];
  let source = '';
  for (const part of text.split(/(\{[^{}]*\}|\*)/)) {
    if (part === '*') source += '[^/]*?';
    else if (part.startsWith('{')) {
      const [name = '', format] = part.slice(1, -1).split(/:(.*)/s);
      if (metadataField(name) === undefined)
        throw new PatternError(
          `file-name pattern: {${name}} is no field of a call; use one of externalId, segment, agentId, queue, startedAt, ...`,
        );
      if (format !== undefined && !/^(yyyy|MM|dd|HH|mm|ss|[-_.T])+$/.test(format))
        throw new PatternError(`file-name pattern: {${name}:${format}} must be made of yyyy MM dd HH mm ss`);
      fields.push({ name, format });
      source += format === undefined ? '([^/]+?)' : `(${dateSource(format)})`;
    } else source += part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  }
  if (fields.length === 0) throw new PatternError('file-name pattern: it names no {field}');
  const expression = new RegExp(`(?:^|/)${source}$`, 'u');
  return {
    text,
    read(path) {
      const match = expression.exec(path.replace(/\.[^./]+$/, ''));
      if (match === null) return undefined;
      const entries = fields.map(({ name, format }, index): [string, string] => {
        const value = match[index + 1] ?? '';
        return [name, format === undefined ? value : isoOf(value, format)];
      });
      return readMetadata(entries, zoneOffset).metadata;
    },
  };
}

const dateSource = (format: string): string =>
  format
    .replaceAll('.', '\\.')
    .replaceAll('yyyy', '\\d{4}')
    .replaceAll(/MM|dd|HH|mm|ss/g, '\\d{2}');

function isoOf(value: string, format: string): string {
  const at = (part: string, missing: string): string => {
    const index = format.indexOf(part);
    return index < 0 ? missing : value.slice(index, index + part.length);
  };
  return `${at('yyyy', '1970')}-${at('MM', '01')}-${at('dd', '01')} ${at('HH', '00')}:${at('mm', '00')}:${at('ss', '00')}`;
}
