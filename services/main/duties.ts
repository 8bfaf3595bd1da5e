/** What one process of the product does. */
export interface Duties {
  /** Its name in the log, in the database's lists and in the data folder. */
  readonly process: string;
  /** It is one of several: it keeps its own things below its name, migrates nothing, and logs to its output. */
  readonly split: boolean;
  /** Stages whose events it hears and whose jobs it works on. */
  readonly stages: readonly ('transcribe' | 'score' | 'search')[];
  /** Carries events on: to the bus, else to jobs. */
  readonly relays: boolean;
  /** Seals the trail and completes erasures. */
  readonly keepsHouse: boolean;
  /** Takes work of others that has no stage: asks judges again, makes an outdated index again. */
  readonly looksAfter: readonly ('judge' | 'index')[];
}

const nothing = { split: true, stages: [], relays: false, keepsHouse: false, looksAfter: [] } as const;

/** Everything, in one process. */
export const wholeProduct: Duties = {
  process: 'embedded',
  split: false,
  stages: ['transcribe', 'score', 'search'],
  relays: true,
  keepsHouse: true,
  looksAfter: ['judge', 'index'],
};

/** The stores alone, for a command. */
export const storesAlone: Duties = { ...nothing, process: 'embedded', split: false };

/** The processes of the distributed product; each may run several times. */
export const processes = {
  api: { ...nothing, process: 'api' },
  ingest: { ...nothing, process: 'ingest' },
  transcribe: { ...nothing, process: 'transcribe', stages: ['transcribe'] },
  scoring: { ...nothing, process: 'scoring', stages: ['score'], looksAfter: ['judge'] },
  // Erasures reach into database, objects and index: this is the one that knows all three anyway.
  search: { ...nothing, process: 'search', stages: ['search'], keepsHouse: true, looksAfter: ['index'] },
  relay: { ...nothing, process: 'relay', relays: true },
} as const satisfies Readonly<Record<string, Duties>>;
