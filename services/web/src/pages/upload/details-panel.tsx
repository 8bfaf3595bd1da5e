import type { ReactNode } from 'react';
import { useTexts } from '../../app/language.tsx';
import { uploadTexts } from './upload-texts.ts';

/** What a person says of all files that are added; an empty field says nothing. */
export type Details = Readonly<Partial<Record<Choice | Text, string>>>;
type Choice = 'direction' | 'language' | 'layout';
type Text = 'queue' | 'team' | 'agentId' | 'agentName' | 'product';

const texts: readonly Text[] = ['queue', 'team', 'agentId', 'agentName', 'product'];

export function DetailsPanel({ details, onChange }: { readonly details: Details; onChange(details: Details): void }): ReactNode {
  const words = useTexts(uploadTexts).details;
  const choices: readonly (readonly [Choice, Readonly<Record<string, string>>])[] = [
    ['direction', words.directions],
    ['language', words.languages],
    ['layout', words.layouts],
  ];
  const set = (name: Choice | Text, value: string): void => onChange({ ...details, [name]: value });
  return (
    <section className="card det" aria-label={words.title}>
      <div className="ph">
        <h2>{words.title}</h2>
      </div>
      <div className="pad">
        <p className="sm mut">{words.hint}</p>
        <div className="fields">
          {choices.map(([name, options]) => (
            <label key={name}>
              <span>{words[name]}</span>
              <select className="field" value={details[name] ?? ''} onChange={(event) => set(name, event.currentTarget.value)}>
                <option value="">{words.unknown}</option>
                {Object.entries(options).map(([value, text]) => (
                  <option key={value} value={value}>
                    {text}
                  </option>
                ))}
              </select>
            </label>
          ))}
          {texts.map((name) => (
            <label key={name}>
              <span>{words[name]}</span>
              <input
                className="field"
                value={details[name] ?? ''}
                maxLength={200}
                onChange={(event) => set(name, event.currentTarget.value)}
              />
            </label>
          ))}
        </div>
      </div>
    </section>
  );
}

/** The fields that say something. */
export const filled = (details: Details): Record<string, string> =>
  Object.fromEntries(Object.entries(details).filter(([, value]) => value.trim() !== ''));
