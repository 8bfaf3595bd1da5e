import { z } from 'zod';

/** What a server sends to see whether anybody can be told. */
const trialSchema = z.looseObject({ Event: z.literal('s3:TestEvent') });
const noticeSchema = z.looseObject({
  Records: z.array(
    z.looseObject({
      eventName: z.string(),
      s3: z.looseObject({ bucket: z.looseObject({ name: z.string() }), object: z.looseObject({ key: z.string() }) }),
    }),
  ),
});

/** An object that was put into a bucket. */
export interface NoticedObject {
  readonly bucket: string;
  readonly key: string;
}

/**
 * The new objects that a bucket notification tells of, in the form that S3 and its likes send (`Records[].s3`). S3 writes keys as
 * in a form, some of its likes as they are: where the two differ both are told, and one of them is not there. Undefined for what
 * is no notification; an empty list for one about something else.
 */
export function readBucketNotice(bytes: Uint8Array): readonly NoticedObject[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
  if (trialSchema.safeParse(value).success) return [];
  const result = noticeSchema.safeParse(value);
  if (!result.success) return undefined;
  return result.data.Records.filter(({ eventName }) => /^(s3:)?ObjectCreated/.test(eventName)).flatMap(({ s3 }) => {
    const keys = new Set([written(s3.object.key) ?? s3.object.key, s3.object.key]);
    return [...keys].map((key) => ({ bucket: s3.bucket.name, key }));
  });
}

function written(key: string): string | undefined {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
