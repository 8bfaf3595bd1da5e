import type { PreparedTranscript } from '../../phrases/index.ts';
import { noPercolator, startPercolator } from '../servers/elasticsearch-7.ts';

/** What Elasticsearch's percolator found of exact phrases in one call, and how long it says that took. */
export interface Percolated {
  /** Indexes of the phrases that match. */
  readonly found: readonly number[];
  /** Milliseconds as the server says (`took`, whole milliseconds): the mean of many requests, and the least. */
  readonly tookMean: number;
  readonly tookLeast: number;
}

/**
 * Exact phrases as percolator queries, over the very tokens that our own matcher reads: the words of each run that are no
 * fillers, a gap between runs. So both sides look for the same, and the server is spared the tokenising.
 */
export async function percolate(
  phrases: readonly (readonly string[])[],
  prepared: PreparedTranscript,
  rounds: number,
): Promise<Percolated | { readonly missing: string }> {
  const missing = noPercolator();
  if (missing !== undefined) return { missing };
  const server = await startPercolator();
  try {
    return await percolateAt(server.url, phrases, prepared, rounds);
  } finally {
    await server.stop();
  }
}

async function percolateAt(
  url: string,
  phrases: readonly (readonly string[])[],
  prepared: PreparedTranscript,
  rounds: number,
): Promise<Percolated> {
  const ask = async (method: string, path: string, body: string, type = 'application/json'): Promise<unknown> => {
    const answer = await fetch(`${url}/${path}`, { method, body, headers: { 'content-type': type } });
    if (!answer.ok) throw new Error(`the percolator answers ${answer.status} to ${method} ${path}`);
    return answer.json();
  };
  const index = `rules-${process.pid}`;
  await ask(
    'PUT',
    index,
    JSON.stringify({
      settings: { number_of_shards: 1, number_of_replicas: 0 },
      mappings: {
        properties: {
          query: { type: 'percolator' },
          said: { type: 'text', analyzer: 'standard', position_increment_gap: 1000 },
        },
      },
    }),
  );
  const lines = phrases.flatMap((words, id) => [
    JSON.stringify({ index: { _id: String(id) } }),
    JSON.stringify({ query: { match_phrase: { said: words.join(' ') } } }),
  ]);
  await ask('POST', `${index}/_bulk?refresh=true`, `${lines.join('\n')}\n`, 'application/x-ndjson');
  await ask('POST', `${index}/_forcemerge?max_num_segments=1`, '');

  const said = prepared.runs.map((run) => Array.from(run.spoken, (at) => run.words[at]?.text ?? '').join(' '));
  const search = JSON.stringify({
    size: phrases.length,
    _source: false,
    query: { constant_score: { filter: { percolate: { field: 'query', document: { said } } } } },
  });
  const took: number[] = [];
  let found: readonly number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const answer = (await ask('POST', `${index}/_search?request_cache=false`, search)) as {
      readonly took: number;
      readonly hits: { readonly hits: readonly { readonly _id: string }[] };
    };
    took.push(answer.took);
    found = answer.hits.hits.map(({ _id }) => Number(_id)).sort((a, b) => a - b);
  }
  // The first third warms the virtual machine.
  const warm = took.slice(Math.floor(rounds / 3));
  await ask('DELETE', index, '');
  return { found, tookMean: warm.reduce((sum, each) => sum + each, 0) / warm.length, tookLeast: Math.min(...warm) };
}
