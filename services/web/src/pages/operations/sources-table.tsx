import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { answer, api } from '../../api/client.ts';
import { useLanguage, useTexts } from '../../app/language.tsx';
import { count } from '../../format/number.ts';
import { shortMoment } from '../../format/time.ts';
import { Empty, Failed, Loading } from '../../states/states.tsx';
import { operationsTexts } from './operations-texts.ts';

const columns = ['files', 'calls', 'duplicates', 'conflicts', 'refused', 'failed'] as const;

/** Where recordings come from, and what became of them. */
export function SourcesTable(): ReactNode {
  const words = useTexts(operationsTexts).sources;
  const { language } = useLanguage();
  const sources = useQuery({ queryKey: ['sources'], queryFn: () => answer(api.GET('/api/v1/sources')) });
  if (sources.data === undefined)
    return sources.error === null ? <Loading /> : <Failed error={sources.error} onRetry={() => void sources.refetch()} />;
  if (sources.data.sources.length === 0)
    return (
      <Empty
        title={words.none}
        action={
          <Link className="btn" to="/upload">
            {words.upload}
          </Link>
        }
      >
        {words.noneWhy}
      </Empty>
    );
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{words.source}</th>
          {columns.map((name) => (
            <th key={name} scope="col" className="r">
              {words[name]}
            </th>
          ))}
          <th scope="col" className="r">
            {words.seen}
          </th>
        </tr>
      </thead>
      <tbody>
        {sources.data.sources.map((row) => (
          <tr key={row.source}>
            <td className="b">{row.source}</td>
            {columns.map((name) => (
              <td key={name} className="r num">
                {count(row[name])}
              </td>
            ))}
            <td className="r num nw mut2">{shortMoment(row.lastSeenAt, language)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
