import kafkajs from 'kafkajs';
import { dependencyAway, Failure } from '../../kernel/index.ts';

// Node finds no names in this package but those it spells out.
const { KafkaJSError } = kafkajs;

const refused =
  /^(SASL_AUTHENTICATION_FAILED|(TOPIC|GROUP|CLUSTER|TRANSACTIONAL_ID)_AUTHORIZATION_FAILED|UNSUPPORTED_SASL_MECHANISM)$/;

/**
 * The client's errors name brokers and topics: what leaves here is ours. Everything is a wait for the dependency `events`, wrong
 * rights as well: an event waits in the outbox for as long as that takes.
 */
export function kafkaFailure(error: unknown): unknown {
  if (!(error instanceof KafkaJSError)) return error;
  const type = typeOf(error);
  if (refused.test(type) || error.name === 'KafkaJSSASLAuthenticationError')
    return new Failure({
      code: 'events.denied',
      message: `Kafka refuses this process (${type === '' ? error.name : type}); look at its user and that user's rights.`,
      retryable: true,
      failureCause: 'dependency',
      dependency: 'events',
      cause: error,
    });
  return dependencyAway('events', `Kafka does not do it now (${type === '' ? error.name : type}).`, error);
}

/** The broker's own code, which a wrapper may hold as its cause. */
export function typeOf(error: unknown): string {
  for (let at = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth++) {
    const { type } = at as Error & { type?: unknown };
    if (typeof type === 'string' && type !== 'UNKNOWN') return type;
  }
  return '';
}
