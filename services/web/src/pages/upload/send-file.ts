import { DetailedError, Upload } from 'tus-js-client';
import type { SendFailure, UploadDeps } from './upload-queue.ts';

const endpoint = '/api/v1/uploads';
/** Small enough that little is sent twice after a break, large enough that few requests are made. */
const chunkSize = 8 * 1024 ** 2;
const retryDelays = [500, 2_000, 5_000, 15_000];

/** Sends a file in pieces that can be gone on with after a break or a new start of the browser (tus 1.0). */
export const sendFile: UploadDeps['send'] = ({ file, path, metadata }, told) => {
  let stopped = false;
  let resumed = false;
  const upload = new Upload(file, {
    endpoint,
    chunkSize,
    retryDelays,
    removeFingerprintOnSuccess: true,
    metadata: {
      filename: path,
      modifiedAt: String(file.lastModified),
      source: 'upload',
      metadata: JSON.stringify(metadata),
    },
    onShouldRetry: (error) => !isFinal(error.originalResponse?.getStatus()),
    onProgress: (sent) => told.progress(sent, resumed),
    onSuccess: ({ lastResponse }) => {
      const deliveryId = lastResponse.getHeader('X-Plumbline-Delivery');
      if (deliveryId === undefined || deliveryId === null || deliveryId === '') told.failed(unanswered);
      else told.done(deliveryId);
    },
    onError: (error) => {
      if (!stopped) told.failed(failureOf(error));
    },
  });
  void upload
    .findPreviousUploads()
    .then(([previous]) => {
      if (previous !== undefined) {
        resumed = true;
        upload.resumeFromPreviousUpload(previous);
      }
    })
    .catch(() => undefined)
    .then(() => {
      if (!stopped) upload.start();
    });
  return {
    stop: () => {
      stopped = true;
      void upload.abort();
    },
  };
};

/** A refusal by the server that the same file would meet again. */
const isFinal = (status: number | undefined): boolean =>
  status !== undefined && status >= 400 && status < 500 && ![408, 409, 423, 425, 429].includes(status);

/** Why sending failed, in both languages: the server's own words where it gave any. */
export function failureOf(error: Error): SendFailure {
  const response = error instanceof DetailedError ? error.originalResponse : null;
  const status = response?.getStatus();
  const problem = problemOf(response?.getBody());
  if (problem !== undefined) return { ...problem, again: !isFinal(status) };
  if (status === undefined || status === 0) return unreachable;
  return {
    code: `http.${status}`,
    text: { zh: `服务器没有收下（${status}）`, en: `The server did not take it (${status})` },
    again: !isFinal(status),
  };
}

interface Problem {
  readonly code?: string;
  readonly detail?: string;
  readonly text?: { readonly zh: string; readonly en: string };
  readonly errors?: readonly { readonly message: string; readonly text?: { readonly zh: string; readonly en: string } }[];
}

function problemOf(body: string | undefined): Omit<SendFailure, 'again'> | undefined {
  let problem: Problem;
  try {
    problem = JSON.parse(body ?? '') as Problem;
  } catch {
    return undefined;
  }
  const { code = 'refused', detail, text, errors } = problem;
  const first = errors?.[0];
  const said = first === undefined ? text : (first.text ?? { zh: first.message, en: first.message });
  const words = said ?? text ?? (detail === undefined ? undefined : { zh: detail, en: detail });
  return words === undefined ? undefined : { code, text: words };
}

const unreachable: SendFailure = {
  code: 'unreachable',
  text: {
    zh: '连不上服务器。已传的部分保留着，可以接着传。',
    en: 'The server cannot be reached. What was sent is kept; go on from there.',
  },
  again: true,
};

const unanswered: SendFailure = {
  code: 'unanswered',
  text: { zh: '已传完，但没有得到投递编号。', en: 'All of it was sent, but no delivery was named.' },
  again: true,
};
