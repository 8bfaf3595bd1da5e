/** Who asks. Until people have accounts there is one: the person at this machine. */
export interface Person {
  readonly id: string;
  readonly roles: readonly Role[];
}

export type Role = 'local';

export const localPerson: Person = { id: 'local', roles: ['local'] };

export const actions = ['list', 'read', 'deliver', 'correct', 'operate', 'begin'] as const;
/**
 * list: see that rows are there · read: see content · deliver: bring a recording · correct: say what a machine got wrong ·
 * operate: replay, watch the machine · begin: come in.
 */
export type Action = (typeof actions)[number];

export const objectKinds = [
  'calls',
  'call',
  'transcript',
  'audio',
  'peaks',
  'speech-metrics',
  'scorecard',
  'rubrics',
  'phrases',
  'figures',
  'events',
  'search',
  'search-export',
  'recording',
  'upload',
  'manifest',
  'delivery',
  'ledger',
  'reconciliation',
  'dead-letters',
  'dead-letter',
  'health',
  'metrics',
  'web',
  'session',
  'document',
] as const;
export type ObjectKind = (typeof objectKinds)[number];

export interface AskedObject {
  readonly kind: ObjectKind;
  readonly id?: string | undefined;
}

/** What may be done by whom; what is not named is denied. */
const rights: Readonly<Record<Role, Readonly<Record<Action, readonly ObjectKind[]>>>> = {
  local: {
    list: ['calls', 'ledger', 'reconciliation', 'dead-letters', 'rubrics', 'figures', 'events'],
    read: [
      'call',
      'transcript',
      'audio',
      'peaks',
      'speech-metrics',
      'scorecard',
      'delivery',
      'rubrics',
      'phrases',
      'search',
      'search-export',
      'dead-letter',
      'web',
      'document',
    ],
    deliver: ['recording', 'upload', 'manifest'],
    correct: ['call'],
    operate: ['call', 'dead-letter', 'health', 'metrics', 'rubrics'],
    begin: ['session'],
  },
};

/**
 * The one place that decides who may do what with which object: for pages, API, audio, export, hits, counts alike.
 * Denies what no role allows. Scopes (own calls, own team) will be decided here and nowhere else.
 */
export function authorise(who: Person, action: Action, object: AskedObject): boolean {
  return who.roles.some((role) => rights[role][action].includes(object.kind));
}

const content: ReadonlySet<ObjectKind> = new Set<ObjectKind>([
  'search',
  'search-export',
  'call',
  'calls',
  'transcript',
  'audio',
  'peaks',
  'speech-metrics',
  'scorecard',
  'ledger',
  'reconciliation',
  'dead-letter',
]);

/** True for what holds content of calls: each read of it is an entry of the audit log. */
export function isContent(kind: ObjectKind): boolean {
  return content.has(kind);
}
