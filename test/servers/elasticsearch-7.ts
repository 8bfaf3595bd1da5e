import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../../services/kernel/package-root.ts';

/** An Elasticsearch 7.17 with its percolator, for benchmarks alone. */
export interface PercolatorServer {
  readonly url: string;
  stop(): Promise<void>;
}

const recipe = join(packageRoot, 'test', 'servers', 'elasticsearch-7');
const mainClass = 'testserver.PercolatorServer';

/** Why it cannot be had here; undefined where it can. An address in `PLUMBLINE_TEST_PERCOLATOR_URL` is used as it is. */
export function noPercolator(): string | undefined {
  if (process.env['PLUMBLINE_TEST_PERCOLATOR_URL'] !== undefined || existsSync(built())) return hasJava();
  return hasJava() ?? (runs('mvn', ['-v']) ? undefined : 'no Maven to fetch Elasticsearch 7.17 with');
}

/** Starts one on a free loopback port, in a folder of its own; its programs are fetched and built once for a user. */
export async function startPercolator(): Promise<PercolatorServer> {
  const given = process.env['PLUMBLINE_TEST_PERCOLATOR_URL'];
  if (given !== undefined) return { url: given, stop: () => Promise.resolve() };
  const programs = build();
  const home = mkdtempSync(join(tmpdir(), 'plumbline-percolator-'));
  const [http, transport] = [await freePort(), await freePort()];
  const child = spawn(
    'java',
    [
      ...['-Xms256m', '-Xmx512m', '-XX:+UseSerialGC', '-Dlog4j2.disable.jmx=true', '-Dlog4j2.formatMsgNoLookups=true'],
      ...[`-Des.path.home=${home}`, '-cp', `${join(programs, 'classes')}:${join(programs, 'lib')}/*`],
      ...[mainClass, home, String(http), String(transport)],
    ],
    { stdio: 'ignore' },
  );
  const ended = endOf(child);
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(late);
    rmSync(home, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${http}`;
  try {
    await untilReady(url, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

function hasJava(): string | undefined {
  return runs('java', ['-version']) ? undefined : 'no Java to run Elasticsearch 7.17 on';
}

function runs(program: string, parameters: readonly string[]): boolean {
  return spawnSync(program, parameters, { stdio: 'ignore' }).status === 0;
}

/** Where the build for this recipe lies. */
function built(): string {
  const hash = createHash('sha256');
  for (const file of ['pom.xml', join('src', 'testserver', 'PercolatorServer.java')])
    hash.update(readFileSync(join(recipe, file)));
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(cache, 'plumbline-test-servers', `elasticsearch-7-${hash.digest('hex').slice(0, 12)}`);
}

function build(): string {
  const target = built();
  if (existsSync(target)) return target;
  const work = `${target}.${process.pid}`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(join(work, 'classes'), { recursive: true });
  cpSync(join(recipe, 'pom.xml'), join(work, 'pom.xml'));
  const must = (program: string, parameters: readonly string[]): void => {
    const { status, stdout, stderr } = spawnSync(program, parameters, { cwd: work, encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 });
    if (status !== 0) throw new Error(`${program} failed while building the percolator:\n${`${stdout}${stderr}`.slice(-2000)}`);
  };
  must('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib', '-DincludeScope=runtime']);
  const source = join(recipe, 'src', 'testserver', 'PercolatorServer.java');
  must('javac', ['-nowarn', '-d', 'classes', '-cp', 'lib/*', source]);
  try {
    renameSync(work, target);
  } catch (error) {
    // Another process built the same at the same time.
    rmSync(work, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  for (let waited = 0; waited < 90_000 && child.exitCode === null; waited += 200) {
    try {
      const answer = await fetch(`${url}/_cluster/health?wait_for_status=yellow&timeout=1s`);
      if (answer.ok) return;
    } catch {
      // Not listening yet.
    }
    await sleep(200);
  }
  throw new Error('Elasticsearch 7.17 does not answer');
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => resolve());
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
