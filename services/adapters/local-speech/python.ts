import { Failure } from '../../kernel/index.ts';
import { runCommand } from './command.ts';

/** An interpreter that can carry the recogniser. */
export interface Python {
  /** Absolute path. */
  readonly executable: string;
  /** For example `3.11`. */
  readonly version: string;
}

/** The versions that the lock has packages for. */
const oldest = 11;
const newest = 14;

const probe =
  'import importlib.util as u, json, platform, struct, sys; print(json.dumps({"executable": sys.executable, ' +
  '"version": list(sys.version_info[:2]), "kind": platform.python_implementation(), "bits": struct.calcsize("P") * 8, ' +
  '"venv": all(u.find_spec(m) is not None for m in ("venv", "ensurepip"))}))';

/**
 * The first usable Python: `command` if one is named, else of those on the path, the system's usual one first.
 * @throws Failure `speech.python-missing`, one line that says what was found and what to install
 */
export async function findPython(command: string | undefined, signal?: AbortSignal): Promise<Python> {
  const commands = command === undefined ? ['python3', ...versioned(), 'python'] : [command];
  let tooOld: string | undefined;
  let withoutVenv: string | undefined;
  for (const candidate of commands) {
    const { exitCode, output } = await runCommand(candidate, ['-I', '-c', probe], { signal });
    if (exitCode !== 0) continue;
    const found = parseProbe(output);
    if (found === undefined) continue;
    const version = `3.${found.minor}`;
    if (found.major !== 3 || found.minor < oldest || found.minor > newest || !found.usual) {
      tooOld ??= found.usual ? `${found.major}.${found.minor}` : 'not a 64-bit CPython';
      continue;
    }
    if (!found.venv) {
      withoutVenv ??= version;
      continue;
    }
    return { executable: found.executable, version };
  }
  throw new Failure({ code: 'speech.python-missing', retryable: false, message: missing(command, tooOld, withoutVenv) });
}

function versioned(): string[] {
  return Array.from({ length: newest - oldest + 1 }, (_, index) => `python3.${newest - index}`);
}

function missing(command: string | undefined, tooOld: string | undefined, withoutVenv: string | undefined): string {
  const where = command === undefined ? 'on the path' : 'where the setting says';
  const instead = 'or set recogniser.baseUrl to an endpoint of your own';
  if (withoutVenv !== undefined)
    return `The local recogniser needs Python's venv: Python ${withoutVenv} ${where} has none. Install it (Debian, Ubuntu: apt install python3-venv), ${instead}.`;
  const found = tooOld === undefined ? 'none was found' : `only ${tooOld} was found`;
  return `The local recogniser needs Python 3.${oldest} to 3.${newest} with venv: ${found} ${where}. Install one, ${instead}.`;
}

interface Probe {
  readonly executable: string;
  readonly major: number;
  readonly minor: number;
  readonly usual: boolean;
  readonly venv: boolean;
}

function parseProbe(output: string): Probe | undefined {
  try {
    const value = JSON.parse(output.trim().split('\n').at(-1) ?? '') as {
      executable: string;
      version: [number, number];
      kind: string;
      bits: number;
      venv: boolean;
    };
    const [major, minor] = value.version;
    if (typeof value.executable !== 'string' || value.executable === '') return undefined;
    return { executable: value.executable, major, minor, usual: value.kind === 'CPython' && value.bits === 64, venv: value.venv };
  } catch {
    return undefined;
  }
}
