import { dependencyAway, Failure } from '../../kernel/index.ts';

/** The code of a system error (`ENOENT`), if it is one. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Runs file work. Its errors name paths, so they become ours: the dependency `object-store`, full or away. Errors that are no
 * system errors come through.
 */
export async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) throw error;
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new Failure({
        code: 'object-store.full',
        message: 'The disk of the data folder is full; free space there, work goes on by itself.',
        retryable: true,
        failureCause: 'dependency',
        dependency: 'object-store',
        cause: error,
      });
    throw dependencyAway('object-store', `The data folder cannot be used (${code}); look at its disk and permissions.`, error);
  }
}
