import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import pino from 'pino';
import type { Settings } from '../kernel/index.ts';
import { createLog, type Log } from '../runtime/index.ts';

/** The product's log: one JSON line an entry, appended to `logs/plumbline.log` in the data folder. */
export async function openLog(settings: Settings, name: string): Promise<Log> {
  const folder = join(settings.home, 'logs');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const destination = pino.destination({ dest: join(folder, 'plumbline.log'), sync: true, mkdir: true, mode: 0o600 });
  return createLog({ level: settings.log.level, process: name }, destination);
}

/** The log of one of several processes: to its output, where whoever runs it collects it. */
export function outputLog(settings: Settings, name: string): Log {
  return createLog({ level: settings.log.level, process: name }, pino.destination({ dest: 1, sync: true }));
}
