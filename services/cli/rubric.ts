import type { Command } from 'commander';
import { diffScorecards, readRubric, scoreTranscript } from '../../scoring/index.ts';
import type { CommandContext } from './program.ts';
import { readRubricFile, readText, readTranscriptFile } from './read-input.ts';
import { scorecardText } from './scorecard-text.ts';
import { withProduct } from './dead.ts';
import { diffText } from './diff-text.ts';
import { exitCodes, UsageError } from './terminal.ts';

export function rubricCommands(program: Command, context: CommandContext): void {
  const rubric = program.command('rubric').description('rubric work without audio');
  rubric
    .command('check')
    .description('every error of a rubric file at its line')
    .argument('<files...>', 'rubric files (YAML)')
    .option('--json', 'one line a file')
    .action(async (files: string[], options: { json?: boolean }) => {
      let bad = 0;
      for (const file of files) {
        const result = readRubric(await readText(context, file));
        const errors = 'errors' in result ? result.errors : [];
        if (errors.length > 0) bad += 1;
        if (options.json === true) {
          context.terminal.out(JSON.stringify({ file, valid: errors.length === 0, errors }));
          continue;
        }
        for (const { line, column, text } of errors)
          context.terminal.note(`${file}:${line}:${column}: ${text[context.uiLanguage]}`);
        if (errors.length === 0) context.terminal.out(`${file}: valid`);
      }
      if (bad > 0) context.finish(exitCodes.wrongUse);
    });
  rubric
    .command('score')
    .description('scores transcripts by a rubric')
    .argument('<rubric>', 'the rubric file')
    .argument('<transcripts...>', 'transcript files')
    .option('--json', 'scorecard.v1, one line a transcript')
    .action(async (rubricFile: string, files: string[], options: { json?: boolean }) => {
      const parsed = await readRubricFile(context, rubricFile);
      for (const file of files) {
        const card = await scoreTranscript(parsed, await readTranscriptFile(context, file));
        context.terminal.out(
          options.json === true ? JSON.stringify(card) : `${file}\n${scorecardText(card, context.uiLanguage, context.terminal)}`,
        );
      }
    });
  rubric
    .command('diff')
    .description('scores the same transcripts under two versions: every verdict that moved, agreement, kappa, score shift')
    .argument('<old>', 'the older rubric file')
    .argument('<new>', 'the newer rubric file')
    .argument('<transcripts...>', 'transcript files')
    .option('--json', 'as JSON')
    .action(async (oldFile: string, newFile: string, files: string[], options: { json?: boolean }) => {
      const [before, after] = [await readRubricFile(context, oldFile), await readRubricFile(context, newFile)];
      const pairs = [];
      for (const file of files) {
        const transcript = await readTranscriptFile(context, file);
        pairs.push({
          call: file,
          before: await scoreTranscript(before, transcript),
          after: await scoreTranscript(after, transcript),
        });
      }
      const diff = diffScorecards(pairs);
      context.terminal.out(options.json === true ? JSON.stringify(diff) : diffText(diff, context.uiLanguage));
    });
  rubric
    .command('publish')
    .description('freezes rubrics as their next version: new calls are scored by them')
    .argument('<files...>', 'rubric files (YAML)')
    .option('--backfill', 'also apply the published rubrics to the past, behind new calls')
    .option('--json', 'one line a rubric')
    .action(async (files: string[], options: { backfill?: boolean; json?: boolean }, command: Command) => {
      const texts = await Promise.all(files.map((file) => readText(context, file)));
      await withProduct(context, command, async (product) => {
        for (const [index, file] of files.entries()) {
          const result = await product.publishRubric(texts[index] ?? '');
          if ('errors' in result)
            throw new UsageError(
              `${file}:${result.errors[0]?.line ?? 1}:${result.errors[0]?.column ?? 1}: ${result.errors[0]?.text.en ?? ''}`,
            );
          context.terminal.out(options.json === true ? JSON.stringify(result) : `${result.rubricId}: version ${result.version}`);
        }
        if (options.backfill === true)
          context.terminal.note(`plumbline: ${await product.backfill()} calls wait to be scored again`);
      });
    });
}
