import type { Command } from 'commander';
import { redactTranscript } from '../../transcribe/index.ts';
import type { CommandContext } from './program.ts';
import { readTranscriptFile } from './read-input.ts';
import { transcriptText } from './transcribe.ts';
import { moment } from './terminal.ts';

export function redactCommand(program: Command, context: CommandContext): void {
  program
    .command('redact')
    .description('what the redactor would hide in a transcript, and the text without it')
    .argument('<transcript>', 'a transcript file')
    .option('--json', 'redacted.v1 on stdout')
    .action(async (file: string, options: { json?: boolean }) => {
      const { transcript, findings } = redactTranscript(await readTranscriptFile(context, file));
      if (options.json === true) {
        context.terminal.out(JSON.stringify({ version: 1, transcript, findings }));
        return;
      }
      context.terminal.out(transcriptText(transcript, context.terminal));
      context.terminal.out(`\n${findings.length} stretches hidden`);
      for (const { kind, turnId, startMs, endMs } of findings)
        context.terminal.out(`  ${kind} in ${turnId}, ${moment(startMs)}–${moment(endMs)}`);
    });
}
