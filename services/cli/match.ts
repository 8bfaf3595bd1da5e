import type { Command } from 'commander';
import { compileRules, parseExpression, PhraseError, prepareTranscript, toHitsV1 } from '../../phrases/index.ts';
import { phraseErrorText } from './phrase-error-text.ts';
import type { CommandContext } from './program.ts';
import { readTranscriptFile } from './read-input.ts';
import { moment, UsageError } from './terminal.ts';

export function matchCommand(program: Command, context: CommandContext): void {
  program
    .command('match')
    .description('hits of one phrase expression in transcripts')
    .argument('<expression>', 'for example \'agent: ~"保证收益"\'')
    .argument('<transcripts...>', 'transcript files (transcript.v1, Amazon Transcribe, Whisper verbose JSON, WebVTT)')
    .option('--json', 'hits.v1, one line a transcript')
    .action(async (expression: string, files: string[], options: { json?: boolean }) => {
      try {
        parseExpression(expression);
      } catch (error) {
        if (!(error instanceof PhraseError)) throw error;
        throw new UsageError(phraseErrorText(error, expression));
      }
      const rules = compileRules([{ id: 'expression', expression }], {});
      for (const file of files) {
        const [result] = rules.match(prepareTranscript(await readTranscriptFile(context, file)));
        if (result === undefined) throw new Error('a rule set of one rule gave no result');
        const shown = toHitsV1(result);
        if (options.json === true) {
          context.terminal.out(JSON.stringify(shown));
          continue;
        }
        context.terminal.out(`${file}: ${shown.value}`);
        for (const { startMs, speaker, text, score, setting } of shown.hits)
          context.terminal.out(`  ${moment(startMs)} ${speaker} 「${text}」 ${score.toFixed(2)} ${setting}`);
        for (const { text, why } of shown.nearMisses) context.terminal.out(`  near miss: 「${text}」 ${why[context.uiLanguage]}`);
      }
    });
}
