import type { Command } from 'commander';
import { Option } from 'commander';
import type { Layout, Transcript } from '../../transcribe/index.ts';
import { globalOptions } from './start.ts';
import type { CommandContext } from './program.ts';
import type { Ears } from './roots.ts';
import { clockTime, moment, type Terminal, UsageError } from './terminal.ts';

export interface HearingOptions {
  readonly language?: 'zh' | 'en' | 'auto';
  readonly layout?: Layout;
  readonly out?: string;
}

/** `--language` and `--layout`, the same for every command that hears a recording. */
export function hearingOptions(command: Command): Command {
  return command
    .addOption(new Option('--language <language>', 'spoken language; default: found out').choices(['zh', 'en', 'auto']))
    .addOption(
      new Option('--layout <layout>', 'who is on which channel; default: agent on the left of two').choices([
        'agent-left',
        'agent-right',
        'mono',
      ]),
    );
}

/** Hears one file with everything around it: settings, recogniser, progress. `use` gets the transcript while the ears are still there. */
export async function hear<T>(
  context: CommandContext,
  command: Command,
  audio: string,
  options: HearingOptions,
  use: (heard: Awaited<ReturnType<Ears['transcribe']>>, ears: Ears) => Promise<T>,
): Promise<T> {
  try {
    await context.roots.readFile(audio);
  } catch {
    throw new UsageError(`${audio}: there is no such file, or it cannot be read`);
  }
  const settings = await context.roots.settings(globalOptions(command));
  const ears = await context.roots.ears(settings, (text) => context.terminal.note(text));
  const progress = context.terminal.progress(1000, 'listening');
  try {
    const heard = await ears.transcribe(audio, { language: options.language, layout: options.layout }, (doneMs, totalMs) =>
      progress.to(totalMs === undefined ? 0 : Math.floor((doneMs / totalMs) * 1000), clockTime(doneMs)),
    );
    progress.stop();
    return await use(heard, ears);
  } finally {
    progress.stop();
    await ears.close();
  }
}

export function transcribeCommand(program: Command, context: CommandContext): void {
  hearingOptions(program.command('transcribe'))
    .description('the transcript of one recording, redacted; no server, nothing left behind')
    .argument('<audio>', 'the recording')
    .option('--out <folder>', 'also write transcript.json and audio.ogg there')
    .option('--json', 'transcript.v1 on stdout')
    .action(async (audio: string, options: HearingOptions & { json?: boolean }, command: Command) => {
      await hear(context, command, audio, options, async ({ transcript }, ears) => {
        if (options.out !== undefined) {
          await context.roots.writeFile(
            `${options.out}/transcript.json`,
            Buffer.from(`${JSON.stringify(transcript, null, 1)}\n`),
          );
          await ears.writeRendition(`${options.out}/audio.ogg`);
        }
        context.terminal.out(options.json === true ? JSON.stringify(transcript) : transcriptText(transcript, context.terminal));
      });
    });
}

/** A transcript for a person at a terminal: one line a turn. */
export function transcriptText(transcript: Transcript, terminal: Terminal): string {
  return transcript.turns
    .map(({ speaker, speakerConfidence, startMs, text }) => {
      const sure = speakerConfidence < 0.7 ? '?' : '';
      return `${terminal.style('gray', moment(startMs).padStart(8))}  ${`${speaker}${sure}`.padEnd(9)} ${text}`;
    })
    .join('\n');
}
