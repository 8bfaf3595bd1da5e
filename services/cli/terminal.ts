import { styleText } from 'node:util';
import cliProgress from 'cli-progress';

/** Exit codes of the command: part of its public face. */
export const exitCodes = { done: 0, doneWithFailures: 1, wrongUse: 2 } as const;

/** Wrong use or bad input: one line on stderr that says what and where; exit 2. */
export class UsageError extends Error {}

/** Where the command writes. Results go to stdout, everything about them (progress, notes, errors) to stderr. */
export interface Terminal {
  readonly isInteractive: boolean;
  out(text: string): void;
  note(text: string): void;
  /** A progress bar on a terminal, nothing elsewhere. */
  progress(total: number, label: string): Progress;
  style(format: Parameters<typeof styleText>[0], text: string): string;
}

export interface Progress {
  to(value: number, label?: string): void;
  stop(): void;
}

export function processTerminal(): Terminal {
  const isInteractive = process.stderr.isTTY === true;
  // A reader that went away (`| head`) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitCodes.done);
    throw error;
  });
  return {
    isInteractive,
    out: (text) => process.stdout.write(`${text}\n`),
    note: (text) => process.stderr.write(`${text}\n`),
    progress: (total, label) => (isInteractive ? bar(total, label) : { to: () => {}, stop: () => {} }),
    style: (format, text) => styleText(format, text, { stream: process.stdout, validateStream: true }),
  };
}

function bar(total: number, label: string): Progress {
  const shown = new cliProgress.SingleBar(
    { format: '{bar} {percentage}% {label}', hideCursor: true, clearOnComplete: true, stream: process.stderr, barsize: 30 },
    cliProgress.Presets.shades_classic,
  );
  shown.start(total, 0, { label });
  return {
    to: (value, next) => shown.update(Math.min(value, total), next === undefined ? {} : { label: next }),
    stop: () => shown.stop(),
  };
}

/** `1:07` or `1:02:07`. */
export function clockTime(ms: number): string {
  const s = Math.floor(ms / 1000);
  const [hours, minutes, seconds] = [Math.floor(s / 3600), Math.floor(s / 60) % 60, s % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** `0:47.2`: a moment of a call. */
export function moment(ms: number): string {
  return `${clockTime(ms)}.${Math.floor((ms % 1000) / 100)}`;
}
