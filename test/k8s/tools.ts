import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'plumbline', 'tools');
const kustomizeVersion = 'v5.7.1';
const validateVersion = '1.37.0';

const runs = (file: string, args: readonly string[]): boolean => spawnSync(file, args, { stdio: 'ignore' }).status === 0;

/** kustomize: the one on PATH, else built once with Go into the user's cache. Undefined where neither can be had. */
export function kustomize(): ((folder: string) => string) | undefined {
  const built = join(cache, `kustomize-${kustomizeVersion}`);
  const at = join(built, 'kustomize');
  if (!existsSync(at) && runs('go', ['version'])) {
    mkdirSync(built, { recursive: true });
    spawnSync('go', ['install', `sigs.k8s.io/kustomize/kustomize/v5@${kustomizeVersion}`], {
      env: { ...process.env, GOBIN: built, GOFLAGS: '-mod=mod' },
      stdio: 'ignore',
      timeout: 600_000,
    });
  }
  const file = existsSync(at) ? at : runs('kustomize', ['version']) ? 'kustomize' : undefined;
  return file === undefined
    ? undefined
    : (folder) => execFileSync(file, ['build', folder], { encoding: 'utf8', maxBuffer: 16 * 1024 ** 2 });
}

/** kubernetes-validate with the real schemas, in an environment of its own in the user's cache. Undefined without Python. */
export function kubernetesValidate(): ((file: string) => { ok: boolean; output: string }) | undefined {
  const environment = join(cache, `kubernetes-validate-${validateVersion}`);
  const tool = join(environment, 'bin', 'kubernetes-validate');
  if (!existsSync(tool)) {
    if (!runs('python3', ['-m', 'venv', environment])) return undefined;
    spawnSync(join(environment, 'bin', 'pip'), ['-q', 'install', `kubernetes-validate==${validateVersion}`], {
      stdio: 'ignore',
      timeout: 300_000,
    });
    if (!existsSync(tool)) return undefined;
  }
  return (file) => {
    const { status, stdout, stderr } = spawnSync(tool, ['--strict', file], { encoding: 'utf8' });
    return { ok: status === 0, output: `${stdout}${stderr}` };
  };
}
