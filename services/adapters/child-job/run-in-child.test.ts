import { describe, expect, test } from 'vitest';
import type { LeasedJob } from '../../runtime/index.ts';
import { runInChild } from './run-in-child.ts';

const job = { lease: { jobId: 'listen:call:recipe', number: 7 } } as LeasedJob;
const child = (program: string, patienceMs = 50) =>
  runInChild({ command: [process.execPath, '-e', program], environment: { PATH: process.env['PATH'] }, patienceMs });
const never = new AbortController().signal;

describe('a job in a child process', () => {
  test('is told which job and which lease; its end is the job’s end', async () => {
    const program = "process.exit(process.argv.slice(1).join(' ') === 'listen:call:recipe 7' ? 0 : 3)";
    expect(await child(program)(job, never)).toBe('ended');
  });

  test('that breaks, is killed or cannot start has died, and nothing else has', async () => {
    expect(await child('process.exit(1)')(job, never)).toBe('died');
    expect(await child("process.kill(process.pid, 'SIGSEGV'); setInterval(() => {}, 1000)")(job, never)).toBe('died');
    expect(await runInChild({ command: ['/no/such/program'], environment: {} })(job, never)).toBe('died');
  });

  test('ends when its lease is lost, even one that does not listen', async () => {
    const deaf = child("process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)");
    const controller = new AbortController();
    const how = deaf(job, controller.signal);
    setTimeout(() => controller.abort(), 300);
    expect(await how).toBe('died');
    expect(await child('setInterval(() => {}, 1000)')(job, AbortSignal.abort())).toBe('died');
  });
});
