// The thread's own side: computes what it is sent, one after another.
import { parentPort } from 'node:worker_threads';
import { criteriaForJudge, type Rubric, scoreTranscript } from '../../../scoring/index.ts';
import { callDocument } from '../../../search/index.ts';
import { redactTranscript } from '../../../transcribe/index.ts';
import type { FromThread, ToThread } from './requests.ts';

const rubrics = new Map<string, Rubric>();
/** How many rubrics are kept; then the memory begins again. */
const mostRubrics = 64;

const port = parentPort;
if (port === null) throw new Error('this file runs as a thread');
const tell = (message: FromThread): void => port.postMessage(message);

port.on('message', (message: ToThread) => {
  if ('hash' in message) {
    if (rubrics.size >= mostRubrics) rubrics.clear();
    rubrics.set(message.hash, message.rubric);
    return;
  }
  try {
    const gives = work(message);
    tell(gives === undefined ? { id: message.id, wantsRubric: rubricOf(message) } : { id: message.id, gives });
  } catch (error) {
    const frames =
      error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => line.trimStart().startsWith('at ')) : [];
    tell({ id: message.id, failed: [error instanceof Error ? error.name : typeof error, ...frames.slice(0, 8)].join('\n') });
  }
});

type Request = Exclude<ToThread, { hash: string }>;

const rubricOf = (request: Request): string => ('rubric' in request.given ? request.given.rubric : '');

/** Undefined: a rubric is missing. */
function work(request: Request): unknown {
  if (request.name === 'redact') return redactTranscript(request.given.transcript, request.given.options);
  if (request.name === 'document') return callDocument(request.given.input);
  const rubric = rubrics.get(request.given.rubric);
  if (rubric === undefined) return undefined;
  const { transcript, options } = request.given;
  return request.name === 'score'
    ? scoreTranscript(rubric, transcript, options)
    : criteriaForJudge(rubric, transcript, options).map(({ id }) => id);
}
