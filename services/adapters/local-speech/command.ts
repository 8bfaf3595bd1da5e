import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';

export interface CommandResult {
  /** Undefined when it was killed or could not be started. */
  readonly exitCode: number | undefined;
  readonly output: string;
}

/**
 * Runs a program to its end. Its output goes to `log` (a file), and its last 64 KiB are returned. It is killed when `signal`
 * aborts. A program that cannot be started at all has no exit code.
 */
export async function runCommand(
  file: string,
  args: readonly string[],
  options: {
    env?: NodeJS.ProcessEnv;
    log?: string;
    signal?: AbortSignal | undefined;
    onOutput?: (text: string) => void;
  } = {},
): Promise<CommandResult> {
  const { promise, resolve } = Promise.withResolvers<CommandResult>();
  let output = '';
  // Standard input stays open for as long as this process lives: `moduleArguments` uses its end to notice a parent that is gone.
  const child = spawn(file, args, { env: options.env ?? process.env, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => undefined);
  const take = (chunk: Buffer): void => {
    const text = chunk.toString('utf8');
    output = (output + text).slice(-65_536);
    if (options.log !== undefined) appendFileSync(options.log, text);
    options.onOutput?.(text);
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const kill = (): void => void child.kill('SIGKILL');
  options.signal?.addEventListener('abort', kill);
  if (options.signal?.aborted === true) kill();
  child.once('error', () => resolve({ exitCode: undefined, output }));
  child.once('close', (code) => resolve({ exitCode: code ?? undefined, output }));
  try {
    return await promise;
  } finally {
    options.signal?.removeEventListener('abort', kill);
  }
}

/**
 * Arguments for a Python that run a module as `python -m` does, but end it when our process is gone: a kill -9 in the middle
 * leaves no installer behind.
 */
export function moduleArguments(module: string, args: readonly string[]): string[] {
  const program = [
    'import os, runpy, sys, threading',
    'threading.Thread(target=lambda: ([None for _ in iter(lambda: os.read(0, 4096), b"")], os._exit(1)), daemon=True).start()',
    `sys.argv = ["${module}", *sys.argv[1:]]`,
    `runpy.run_module("${module}", run_name="__main__", alter_sys=True)`,
  ].join('\n');
  return ['-c', program, ...args];
}
