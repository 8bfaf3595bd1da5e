import type { Command } from 'commander';
import type { CommandContext } from './program.ts';
import { readRubricFile } from './read-input.ts';
import { scorecardText } from './scorecard-text.ts';
import { hear, hearingOptions, type HearingOptions } from './transcribe.ts';

export function scoreCommand(program: Command, context: CommandContext): void {
  hearingOptions(program.command('score'))
    .description('scores one recording by a rubric; no server, nothing left behind but what --out asks')
    .argument('<audio>', 'the recording')
    .requiredOption('--rubric <file>', 'the rubric (YAML)')
    .option('--out <folder>', 'also write scorecard.json, transcript.json and audio.ogg there')
    .option('--json', 'scorecard.v1 on stdout')
    .action(async (audio: string, options: HearingOptions & { rubric: string; json?: boolean }, command: Command) => {
      const rubric = await readRubricFile(context, options.rubric);
      await hear(context, command, audio, options, async ({ transcript }, ears) => {
        const card = await ears.score(rubric, transcript);
        if (options.out !== undefined) {
          await context.roots.writeFile(`${options.out}/scorecard.json`, Buffer.from(`${JSON.stringify(card, null, 1)}\n`));
          await context.roots.writeFile(
            `${options.out}/transcript.json`,
            Buffer.from(`${JSON.stringify(transcript, null, 1)}\n`),
          );
          await ears.writeRendition(`${options.out}/audio.ogg`);
        }
        context.terminal.out(
          options.json === true ? JSON.stringify(card) : scorecardText(card, context.uiLanguage, context.terminal),
        );
      });
    });
}
