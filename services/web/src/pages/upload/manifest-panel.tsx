import { type ReactNode, useRef } from 'react';
import { useLanguage, useTexts } from '../../app/language.tsx';
import { count } from '../../format/number.ts';
import { Icon } from '../../marks/icons.tsx';
import { Mark } from '../../marks/verdict.tsx';
import { ApiError, type Schemas } from '../../api/client.ts';
import { uploadTexts } from './upload-texts.ts';

/** A manifest that was sent, and what the server made of it. */
export interface SentManifest {
  readonly name: string;
  readonly matched: number;
  readonly result: Schemas['ManifestResult'] | undefined;
  readonly error: unknown;
}

/** The manifest of an upload: how many recordings it announces, and each line that cannot be used with its reason. */
export function ManifestPanel({
  manifests,
  onFile,
}: {
  readonly manifests: readonly SentManifest[];
  onFile(file: File): void;
}): ReactNode {
  const words = useTexts(uploadTexts).manifest;
  const input = useRef<HTMLInputElement>(null);
  return (
    <section className="card man" aria-label={words.title}>
      <div className="ph">
        <h2>{words.title}</h2>
        <span className="sp" />
        <button type="button" className="btn xs" onClick={() => input.current?.click()}>
          <Icon name="file" size={14} />
          {words.choose}
        </button>
        <input
          ref={input}
          type="file"
          accept=".csv,text/csv"
          className="sr"
          tabIndex={-1}
          aria-label={words.choose}
          data-testid="manifest-input"
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            event.currentTarget.value = '';
            if (file !== undefined) onFile(file);
          }}
        />
      </div>
      <div className="pad">
        <p className="sm mut">{words.hint}</p>
        {manifests.map((manifest, index) => (
          <ManifestResult key={`${index} ${manifest.name}`} manifest={manifest} />
        ))}
      </div>
    </section>
  );
}

function ManifestResult({ manifest: { name, matched, result, error } }: { readonly manifest: SentManifest }): ReactNode {
  const words = useTexts(uploadTexts).manifest;
  const { language } = useLanguage();
  if (error !== undefined) {
    const known = error instanceof ApiError ? error : undefined;
    const lines = known?.errors ?? [];
    return (
      <div className="manr" role="alert">
        <b>
          <Mark of="unmet" /> {name}
        </b>
        <p className="problem">{known?.text?.[language] ?? known?.message ?? String(error)}</p>
        <Problems
          lines={lines.map(({ path, message, text }: ApiError['errors'][number] & { text?: { zh: string; en: string } }) => ({
            line: Number(path),
            text: text?.[language] ?? message,
          }))}
        />
      </div>
    );
  }
  return (
    <div className="manr">
      <b>
        {result === undefined ? <Icon name="clock" size={14} /> : <Mark of="met" />} {name}
      </b>
      {result === undefined ? (
        <p>{words.sending}</p>
      ) : (
        <>
          <p className="num">
            {words.rows(count(result.rows))}
            <span className="mut2"> · {words.matched(count(matched))}</span>
          </p>
          <Problems lines={result.problems.map(({ line, message }) => ({ line, text: message[language] }))} />
        </>
      )}
    </div>
  );
}

function Problems({ lines }: { readonly lines: readonly { line: number; text: string }[] }): ReactNode {
  const words = useTexts(uploadTexts).manifest;
  if (lines.length === 0) return null;
  return (
    <>
      <p className="problem num">{words.problems(count(lines.length))}</p>
      <ol className="probs">
        {lines.map(({ line, text }, index) => (
          <li key={index}>
            <span className="num mut2">{Number.isNaN(line) ? '' : words.line(line)}</span>
            <span>{text}</span>
          </li>
        ))}
      </ol>
    </>
  );
}
