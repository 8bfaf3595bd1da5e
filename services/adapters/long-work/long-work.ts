import { Worker } from 'node:worker_threads';
import {
  criteriaForJudge,
  type Rubric,
  rubricHash,
  type Scorecard,
  type ScoreOptions,
  type Scorer,
  scoreTranscript,
} from '../../../scoring/index.ts';
import { callDocument, type CallDocument, type DocumentInput } from '../../../search/index.ts';
import { type RedactedTranscript, type RedactionOptions, redactTranscript, type Transcript } from '../../../transcribe/index.ts';
import type { FromThread, LongWorkName, LongWorks } from './requests.ts';

/** From so many characters on a transcript's work may take more than some 50 ms. */
const longCharacters = 5_000;
const idleMs = 20_000;

const threadFile = new URL(import.meta.url.endsWith('.ts') ? './long-work-worker.ts' : './long-work-worker.js', import.meta.url);

interface Waiting {
  readonly again: () => void;
  readonly rubric: Rubric | undefined;
  readonly resolve: (gives: never) => void;
  readonly reject: (error: Error) => void;
}

/**
 * What is computed of a transcript (redaction, scorecard, document), here where it is short and in a thread where it is long: a
 * loop that is blocked renews no lease and answers nobody. The results are the same. The thread begins with the first long
 * transcript and ends when there was none for a while; it keeps no process alive.
 */
export class LongWork implements Scorer {
  readonly #long: number;
  #thread: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  /** `long`: how many characters of a transcript are long. */
  constructor(long: number = longCharacters) {
    this.#long = long;
  }

  async score(rubric: Rubric, transcript: Transcript, options: ScoreOptions): Promise<Scorecard> {
    if (!this.#isLong(transcript)) return scoreTranscript(rubric, transcript, options);
    return this.#ask('score', { rubric: rubricHash(rubric), transcript, options }, rubric);
  }

  async forJudge(rubric: Rubric, transcript: Transcript, options: ScoreOptions): Promise<readonly string[]> {
    if (!this.#isLong(transcript)) return criteriaForJudge(rubric, transcript, options).map(({ id }) => id);
    return this.#ask('forJudge', { rubric: rubricHash(rubric), transcript, options }, rubric);
  }

  async redact(transcript: Transcript, options: RedactionOptions): Promise<RedactedTranscript> {
    return this.#isLong(transcript) ? this.#ask('redact', { transcript, options }) : redactTranscript(transcript, options);
  }

  async document(input: DocumentInput): Promise<CallDocument> {
    return this.#isLong(input.transcript) ? this.#ask('document', { input }) : callDocument(input);
  }

  /** Ends the thread; what it was at fails. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.terminate();
  }

  #isLong({ turns }: Transcript): boolean {
    let characters = 0;
    for (const { text } of turns) {
      characters += text.length;
      if (characters >= this.#long) return true;
    }
    return false;
  }

  #ask<Name extends LongWorkName>(
    name: Name,
    given: LongWorks[Name]['given'],
    rubric?: Rubric,
  ): Promise<LongWorks[Name]['gives']> {
    clearTimeout(this.#idle);
    const thread = (this.#thread ??= this.#start());
    const id = (this.#last += 1);
    return new Promise((resolve, reject) => {
      const again = (): void => thread.postMessage({ id, name, given });
      this.#waiting.set(id, { again, rubric, resolve, reject });
      again();
    });
  }

  #start(): Worker {
    const thread = new Worker(threadFile);
    thread.unref();
    thread.on('message', (message: FromThread) => this.#heard(thread, message));
    thread.on('error', (error) => this.#lost(thread, error));
    thread.on('exit', () => this.#lost(thread, new Error('the thread for long work ended')));
    return thread;
  }

  #heard(thread: Worker, message: FromThread): void {
    const waiting = this.#waiting.get(message.id);
    if (waiting === undefined) return;
    if ('wantsRubric' in message) {
      if (waiting.rubric === undefined) throw new Error('the thread wants a rubric that nobody gave');
      thread.postMessage({ rubric: waiting.rubric, hash: message.wantsRubric });
      waiting.again();
      return;
    }
    this.#waiting.delete(message.id);
    if ('failed' in message) waiting.reject(new Error(`long work failed: ${message.failed}`));
    else waiting.resolve(message.gives as never);
    if (this.#waiting.size > 0) return;
    this.#idle = setTimeout(() => void this.close(), idleMs);
    this.#idle.unref();
  }

  #lost(thread: Worker, error: Error): void {
    if (this.#thread !== thread && this.#thread !== undefined) return;
    this.#thread = undefined;
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of all) reject(error);
  }
}
