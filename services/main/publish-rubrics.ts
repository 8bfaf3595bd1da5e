import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../adapters/postgres/database.ts';
import type { PostgresRubricStore } from '../adapters/postgres/scoring-store.ts';
import { packageRoot, type Settings } from '../kernel/index.ts';
import { readRubric, rubricHash } from '../../scoring/index.ts';

/** The rubrics that come with the product; each says itself which calls it is for. */
async function shippedRubrics(): Promise<string[]> {
  const folder = join(packageRoot, 'rubrics');
  return (await readdir(folder))
    .filter((name) => name.endsWith('.yaml'))
    .toSorted()
    .map((name) => join(folder, name));
}

/** Publishes the rubrics of the settings (else the shipped ones); a file that did not change makes no new version. */
export async function publishRubrics(settings: Settings, database: Database, rubrics: PostgresRubricStore): Promise<void> {
  const files = settings.rubrics ?? (await shippedRubrics());
  for (const file of files) {
    const yaml = await readFile(file, 'utf8').catch(() => {
      throw new RubricFileError(`rubrics: ${file} cannot be read`);
    });
    const result = readRubric(yaml);
    if ('errors' in result) {
      const [first] = result.errors;
      throw new RubricFileError(
        `rubrics: ${file}:${first?.line ?? 1}:${first?.column ?? 1}: ${first?.text.en ?? 'not a rubric'}`,
      );
    }
    await database.inTransaction((tx) => rubrics.publish(tx, { hash: rubricHash(result.rubric), yaml, rubric: result.rubric }));
  }
}

/** A rubric of the settings that cannot be published stops the start and says where. */
export class RubricFileError extends Error {}
