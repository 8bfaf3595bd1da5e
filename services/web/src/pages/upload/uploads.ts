import { answer, api } from '../../api/client.ts';
import { sendFile } from './send-file.ts';
import { UploadQueue } from './upload-queue.ts';

/** The window's uploads: they go on while other pages are looked at. */
export const uploads = new UploadQueue({
  send: sendFile,
  ask: (id) => answer(api.GET('/api/v1/deliveries/{id}', { params: { path: { id } } })).catch(() => undefined),
  later: (what, ms) => {
    const timer = setTimeout(what, ms);
    return () => clearTimeout(timer);
  },
});
