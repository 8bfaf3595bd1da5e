import type { Command } from 'commander';
import type { CommandContext } from './program.ts';
import { globalOptions } from './start.ts';
import { exitCodes } from './terminal.ts';

/** What one thing that the product needs said of itself. Never content, never a secret. */
export interface Finding {
  /** `database`, `disk`, `recogniser` ... */
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'failed' | 'off';
  /** What was found: version, address without secrets, lag, free space. */
  readonly found: { readonly zh: string; readonly en: string };
  /** What to do, where there is something to do. */
  readonly advice?: { readonly zh: string; readonly en: string } | undefined;
}

/** `plumbline doctor`: each thing that the product needs: is it there, which version, with the rights, how far behind. */
export function doctorCommand(program: Command, { roots, terminal, uiLanguage, finish }: CommandContext): void {
  program
    .command('doctor')
    .description('look at everything the product needs: reachable, version, rights, lag, disk')
    .option('--json', 'print the findings as JSON')
    .action(async ({ json }: { json?: true }) => {
      const findings = await roots.doctor(await roots.settings(globalOptions(program)));
      if (json) terminal.out(JSON.stringify({ version: 1, findings }));
      else
        for (const { name, state, found, advice } of findings) {
          terminal.out(`${marks[state]} ${name.padEnd(16)} ${found[uiLanguage]}`);
          if (advice !== undefined) terminal.out(`  ${' '.repeat(16)} -> ${advice[uiLanguage]}`);
        }
      if (findings.some(({ state }) => state === 'failed')) finish(exitCodes.doneWithFailures);
    });
}

const marks = { ok: '✓', warning: '!', failed: '✗', off: '-' } as const;
