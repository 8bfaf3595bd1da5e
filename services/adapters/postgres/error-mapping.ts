import { dependencyAway, Failure, Refused } from '../../kernel/index.ts';

/** SQLSTATE classes and codes in which the server, not the statement, is the trouble. */
const serverTrouble = /^(08|53|58|57P0|XX000|25006|0A000$)/;
const networkTrouble = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EACCES',
]);

/** The server is there, and one of the two does not trust the other: certificates, users, a database's name. */
const distrust =
  /^(28...|3D000|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_\w+|HOSTNAME_MISMATCH|ERR_TLS_\w+|ERR_SSL_\w+|EPROTO)$/;

/**
 * PostgreSQL's errors quote values, and values are content: what leaves here is one of our own codes with the SQLSTATE and
 * the constraint's name (ours, never content). The original is the `cause`, which no log prints.
 */
export function databaseFailure(error: unknown): Failure | Refused {
  if (error instanceof Failure || error instanceof Refused) return error;
  const { code, constraint, message } = describe(error);
  if (
    networkTrouble.has(code) ||
    /^(Connection terminated|timeout exceeded|Client has encountered|Client was closed)/.test(message)
  )
    return dependencyAway('database', 'The database cannot be reached; work goes on when it answers again.', error);
  if (distrust.test(code) || message.startsWith('The server does not support SSL'))
    return dependencyAway(
      'database',
      `The database and this process do not come together (${code === '' ? 'no TLS there' : code}); look at certificates, user and address.`,
      error,
    );
  if (code === '40001' || code === '40P01' || isOutdatedPlan(error))
    return new Failure({
      code: 'database.collision',
      message: `Two transactions collided (${code}).`,
      retryable: true,
      cause: error,
    });
  if (code === '57014' || code === '55P03') return dependencyAway('database', `The database took too long (${code}).`, error);
  if (code === '53100') return dependencyAway('database', 'The disk of the database is full.', error);
  if (serverTrouble.test(code)) return dependencyAway('database', `The database is not available now (${code}).`, error);
  const where = constraint === '' ? '' : `, ${constraint}`;
  return new Failure({
    code: `database.${/^[0-9A-Z]{5}$/.test(code) ? code : 'error'}`,
    message: `The database refused a statement (${code === '' ? 'no code' : code}${where}).`,
    retryable: false,
    cause: error,
  });
}

/** A statement that was prepared before the schema changed under it: prepared anew it works. */
export function isOutdatedPlan(error: unknown): boolean {
  const { code, message } = describe(error);
  return code === '0A000' && message.startsWith('cached plan');
}

function describe(error: unknown): { code: string; constraint: string; message: string } {
  if (!(error instanceof Error)) return { code: '', constraint: '', message: '' };
  const { code, constraint } = error as Error & { code?: unknown; constraint?: unknown };
  return {
    code: typeof code === 'string' ? code : '',
    constraint: typeof constraint === 'string' ? constraint : '',
    message: error.message,
  };
}
