import type { z } from 'zod';
import { Refused } from '../../services/kernel/index.ts';

/** Nothing in the file looks like a format that is read. */
export function unknownFormat(): Refused {
  return new Refused({
    code: 'transcript.unknown-format',
    text: {
      zh: '无法识别文字稿的格式。可读取：transcript.v1、Amazon Transcribe 通话分析 JSON、Whisper verbose JSON、WebVTT。',
      en: 'The format of this transcript is not known. Read are: transcript.v1, Amazon Transcribe Call Analytics JSON, Whisper verbose JSON and WebVTT.',
    },
  });
}

/** The format is known, but what stands at `place` is not what it asks for. `place` is a path or a line, never content. */
export function malformed(format: string, place: string, expected: { zh: string; en: string }): Refused {
  return new Refused({
    code: 'transcript.malformed',
    text: {
      zh: `文字稿（${format}）有误，位置 ${place}：${expected.zh}。`,
      en: `This ${format} transcript is wrong at ${place}: ${expected.en}.`,
    },
  });
}

/** The file holds no words at all. */
export function withoutWords(format: string): Refused {
  return new Refused({
    code: 'transcript.empty',
    text: { zh: `文字稿（${format}）中没有任何话语。`, en: `This ${format} transcript holds nothing that was said.` },
  });
}

/** Reads `value` by a schema; the first thing that is wrong is refused with its path. */
export function readBy<T>(format: string, schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const place = issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  throw malformed(format, place === '' ? '$' : `$${place}`, expectedOf(issue));
}

function expectedOf(issue: z.core.$ZodIssue): { zh: string; en: string } {
  switch (issue.code) {
    case 'invalid_type':
      return { zh: `应为 ${issue.expected}`, en: `expected ${issue.expected}` };
    case 'invalid_value':
      return { zh: `应为 ${issue.values.join('、')} 之一`, en: `expected one of ${issue.values.join(', ')}` };
    case 'too_small':
      return { zh: `至少为 ${issue.minimum}`, en: `expected at least ${issue.minimum}` };
    case 'too_big':
      return { zh: `至多为 ${issue.maximum}`, en: `expected at most ${issue.maximum}` };
    default:
      return { zh: '值不合要求', en: 'the value does not fit' };
  }
}
