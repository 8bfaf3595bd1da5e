import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../services/kernel/package-root.ts';
import { cachedBuild, isBuilt, must, runs } from './build-cache.ts';
import { freePort, hasContainerEngine, type OwnProcess, startComposed, startProcess } from './own-process.ts';
import { type RealServer, realServer } from './real-server.ts';

export interface TestElasticsearch {
  readonly url: string;
  /** kill -9; undefined where the server is not ours. */
  readonly kill: (() => Promise<void>) | undefined;
  /** A start on the same data and address, after `kill`. */
  readonly startAgain: (() => Promise<void>) | undefined;
  stop(): Promise<void>;
}

const version = '9.5.3';
// The second number grows with our own few files beside it.
const buildName = `elasticsearch-${version}-1`;
const recipe = join(packageRoot, 'test', 'servers', 'elasticsearch');
const given = process.env['PLUMBLINE_TEST_ELASTICSEARCH_URL'];

/** An Elasticsearch: the one that `PLUMBLINE_TEST_ELASTICSEARCH_URL` names, a container, or our own build of it on Java 21 or newer. */
export const elasticsearchServer: RealServer<TestElasticsearch> = realServer('Elasticsearch', missing(), start);

/** A Java of at least 21: `PLUMBLINE_TEST_JAVA_HOME`, else the newest in the usual place. */
function javaHome(): string | undefined {
  const named = process.env['PLUMBLINE_TEST_JAVA_HOME'];
  if (named !== undefined) return named;
  const all = '/usr/lib/jvm';
  const found = (existsSync(all) ? readdirSync(all) : [])
    .map((name) => ({ name, version: Number(/(?:^|-)(\d{2})(?:[.-]|$)/.exec(name)?.[1] ?? 0) }))
    .filter((each) => each.version >= 21 && existsSync(join(all, each.name, 'bin', 'javac')))
    .toSorted((a, b) => b.version - a.version)[0];
  return found === undefined ? undefined : join(all, found.name);
}

function missing(): string | undefined {
  if (given !== undefined || hasContainerEngine()) return undefined;
  if (javaHome() === undefined) return 'no PLUMBLINE_TEST_ELASTICSEARCH_URL, no container engine, and no Java 21';
  return isBuilt(buildName) || runs('mvn', ['-v'])
    ? undefined
    : 'no PLUMBLINE_TEST_ELASTICSEARCH_URL, no container engine, and no Maven';
}

async function start(): Promise<TestElasticsearch> {
  const none = { kill: undefined, startAgain: undefined };
  if (given !== undefined) return { url: given, ...none, stop: () => Promise.resolve() };
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  if (!hasContainerEngine()) return startOwn(port, url);
  const { stop } = await startComposed('elasticsearch', { PLUMBLINE_ELASTICSEARCH_PORT: String(port) });
  return { url, ...none, stop };
}

async function startOwn(port: number, url: string): Promise<TestElasticsearch> {
  const java = join(javaHome() ?? '', 'bin');
  const programs = await cachedBuild(buildName, (folder) => {
    cpSync(join(recipe, 'pom.xml'), join(folder, 'pom.xml'));
    must('mvn', ['-B', '-q', '-ntp', 'dependency:copy-dependencies', '-DoutputDirectory=lib', '-DincludeScope=runtime'], folder);
    mkdirSync(join(folder, 'classes'));
    const source = join(recipe, 'src');
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.java'));
    must(join(java, 'javac'), ['-nowarn', '-d', 'classes', '-cp', 'lib/*', ...files.map((name) => join(source, name))], folder);
  });
  const data = mkdtempSync(join(tmpdir(), 'plumbline-elasticsearch-'));
  const transport = await freePort();
  const ready = async (): Promise<boolean> =>
    (await fetch(`${url}/_cluster/health?wait_for_status=yellow&timeout=1s`, { signal: AbortSignal.timeout(3_000) })).ok;
  const run = (): Promise<OwnProcess> =>
    startProcess(
      [
        join(java, 'java'),
        ...['-Xms128m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
        ...['--add-modules', 'jdk.incubator.vector', '--enable-native-access=ALL-UNNAMED'],
        ...['--add-opens=java.base/java.nio.channels=ALL-UNNAMED', '-Des.set.netty.runtime.available.processors=false'],
        ...['-Dio.netty.noUnsafe=true', '-Dlog4j2.disable.jmx=true', `-Djava.io.tmpdir=${data}`],
        ...['-cp', `${join(programs, 'classes')}:${join(programs, 'lib')}/*`, 'testserver.EsMain'],
        ...[data, String(port), String(transport)],
      ],
      { ready, cwd: data },
    );
  let server = await run();
  return {
    url,
    kill: () => server.kill(),
    startAgain: async () => {
      server = await run();
    },
    stop: async () => {
      await server.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}
