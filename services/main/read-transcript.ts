import { type StoredTranscript, type Transcript, transcriptSchema } from '../../transcribe/index.ts';
import { Failure, type ObjectStore, wholeBytes } from '../kernel/index.ts';

/** A stored transcript's content. */
export async function readTranscript(objects: ObjectStore, { object }: Pick<StoredTranscript, 'object'>): Promise<Transcript> {
  const content = await objects.read(object);
  if (content === undefined)
    throw new Failure({ code: 'object-store.missing', message: 'a transcript is not in the object store', retryable: false });
  return transcriptSchema.parse(JSON.parse((await wholeBytes(content)).toString('utf8')));
}
