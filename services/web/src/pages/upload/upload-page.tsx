import { type DragEvent, type ReactNode, useRef, useState } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { answer, api } from '../../api/client.ts';
import { useKeys } from '../../app/keys.tsx';
import { useTexts } from '../../app/language.tsx';
import { useSay } from '../../app/live-region.tsx';
import { Page } from '../../app/page.tsx';
import { count } from '../../format/number.ts';
import { Icon } from '../../marks/icons.tsx';
import { filesOfDrop, filesOfInput, type PickedFile, sortFiles } from './delivered-files.ts';
import { type Details, DetailsPanel, filled } from './details-panel.tsx';
import { ManifestPanel, type SentManifest } from './manifest-panel.tsx';
import { type ManifestRows, manifestRows } from './manifest-rows.ts';
import { readNote } from './read-metadata.ts';
import { UploadList } from './upload-list.tsx';
import { uploadTexts } from './upload-texts.ts';
import { uploads } from './uploads.ts';
import './upload.css';

/** Recordings from this computer: many at once, with what is known of them, each followed to its call. */
export function UploadPage(): ReactNode {
  const words = useTexts(uploadTexts);
  const say = useSay();
  const navigate = useNavigate();
  const [details, setDetails] = useState<Details>({});
  const { manifests, rows, send } = useManifests();
  const take = async (picked: readonly PickedFile[]): Promise<number> => {
    const { recordings, manifests: lists, sidecars } = sortFiles(picked);
    let known = rows;
    for (const { file } of lists)
      known = new Map([
        ...known,
        ...(await send(
          file,
          recordings.map(({ path }) => path),
        )),
      ]);
    const said = filled(details);
    const files = await Promise.all(
      recordings.map(async ({ path, file }) => ({
        path,
        file,
        metadata: { ...said, ...(await readNote(sidecars.get(path))), ...known.get(path) },
      })),
    );
    uploads.add(files);
    if (files.length > 0) say(words.said.added(count(files.length)));
    return files.length + lists.length;
  };
  const chooser = useRef<HTMLInputElement>(null);
  useKeys([
    { key: '/', does: words.keys.search, shown: true, act: () => void navigate({ to: '/search' }) },
    { key: 'f', does: words.keys.files, shown: true, act: () => chooser.current?.click() },
  ]);
  return (
    <Page title={words.title} logged={false}>
      <div className="up">
        <DropZone chooser={chooser} onFiles={take} />
        <UploadList />
        <div className="side">
          <DetailsPanel details={details} onChange={setDetails} />
          <ManifestPanel
            manifests={manifests}
            onFile={(file) =>
              void send(
                file,
                uploads.items().map(({ path }) => path),
              )
            }
          />
        </div>
      </div>
    </Page>
  );
}

/** Manifests that were sent: to the server, which announces their recordings, and kept here for what they say of each file. */
function useManifests() {
  const [manifests, setManifests] = useState<readonly SentManifest[]>([]);
  const [rows, setRows] = useState<ManifestRows>(new Map());
  const send = async (file: File, paths: readonly string[]): Promise<ManifestRows> => {
    const text = await file.text();
    const said = manifestRows(text);
    setRows((before) => new Map([...before, ...said]));
    const matched = paths.filter((path) => said.has(path)).length;
    const place = crypto.randomUUID();
    const show = (change: Partial<SentManifest>): void =>
      setManifests((all) => all.map((each) => ('place' in each && each.place === place ? { ...each, ...change } : each)));
    const fresh: SentManifest & { place: string } = { name: file.name, matched, result: undefined, error: undefined, place };
    setManifests((all) => [fresh, ...all]);
    await answer(
      api.POST('/api/v1/manifests', {
        params: { query: { source: 'upload' } },
        body: text,
        bodySerializer: (body) => body as string,
        headers: { 'content-type': 'text/csv' },
      }),
    ).then(
      (result) => show({ result }),
      (error: unknown) => show({ error }),
    );
    return said;
  };
  return { manifests, rows, send };
}

function DropZone({
  chooser,
  onFiles,
}: {
  readonly chooser: { readonly current: HTMLInputElement | null };
  onFiles(files: readonly PickedFile[]): Promise<number>;
}): ReactNode {
  const words = useTexts(uploadTexts).drop;
  const [over, setOver] = useState(false);
  const [nothing, setNothing] = useState(false);
  const folder = useRef<HTMLInputElement>(null);
  const take = (files: readonly PickedFile[]): void => void onFiles(files).then((taken) => setNothing(taken === 0));
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    void filesOfDrop(event.dataTransfer).then(take);
  };
  const drag = (event: DragEvent): void => {
    event.preventDefault();
    setOver(true);
  };
  return (
    <section
      className={`card drop${over ? ' over' : ''}`}
      aria-label={words.title}
      onDragEnter={drag}
      onDragOver={drag}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Icon name="upload" size={28} />
      <div>
        <b>{over ? words.release : words.title}</b>
        <p className="sm mut2">{words.hint}</p>
        {nothing ? (
          <p className="sm problem" role="alert">
            {words.nothing}
          </p>
        ) : null}
      </div>
      <span className="acts">
        <button type="button" className="btn pri" onClick={() => chooser.current?.click()}>
          <Icon name="file" />
          {words.files}
        </button>
        <button type="button" className="btn" onClick={() => folder.current?.click()}>
          <Icon name="folder" />
          {words.folder}
        </button>
      </span>
      <FileInput inputRef={chooser} label={words.files} testId="files-input" onFiles={take} />
      <FileInput inputRef={folder} label={words.folder} testId="folder-input" folder onFiles={take} />
    </section>
  );
}

function FileInput({
  inputRef,
  label,
  testId,
  folder = false,
  onFiles,
}: {
  readonly inputRef: { readonly current: HTMLInputElement | null };
  readonly label: string;
  readonly testId: string;
  readonly folder?: boolean;
  onFiles(files: readonly PickedFile[]): void;
}): ReactNode {
  return (
    <input
      ref={inputRef}
      type="file"
      multiple
      className="sr"
      tabIndex={-1}
      aria-label={label}
      data-testid={testId}
      {...(folder ? { webkitdirectory: '' } : {})}
      onChange={(event) => {
        const files = filesOfInput(event.currentTarget.files ?? new DataTransfer().files);
        event.currentTarget.value = '';
        onFiles(files);
      }}
    />
  );
}
