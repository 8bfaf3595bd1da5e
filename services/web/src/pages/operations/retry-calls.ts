import { api, ApiError } from '../../api/client.ts';

export interface Retried {
  /** Calls of which something is tried again. */
  readonly tried: number;
  /** Calls of which nothing could be tried again. */
  readonly not: number;
}

const atOnce = 4;

/** Tries calls again, a few at a time; one that has nothing to try again is counted, any other error ends it. */
export async function retryCalls(callIds: readonly string[]): Promise<Retried> {
  const left = [...callIds];
  let tried = 0;
  let not = 0;
  const work = async (): Promise<void> => {
    for (let id = left.shift(); id !== undefined; id = left.shift())
      try {
        await api.POST('/api/v1/calls/{id}/retry', { params: { path: { id } } });
        tried += 1;
      } catch (error) {
        if (!(error instanceof ApiError) || (error.status !== 409 && error.status !== 404)) throw error;
        not += 1;
      }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { tried, not };
}
