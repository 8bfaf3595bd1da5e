import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../services/kernel/package-root.ts';
import { cachedBuild, isBuilt, must, runs } from './build-cache.ts';
import { makeCertificate } from './certificate.ts';
import { accepts, freePort, hasContainerEngine, type OwnProcess, startComposed, startProcess } from './own-process.ts';
import { type RealServer, realServer } from './real-server.ts';

export interface TestKafka {
  readonly brokers: readonly string[];
  /** The listener with TLS and SASL/PLAIN; undefined where the broker is not ours. */
  readonly secure:
    | { readonly brokers: readonly string[]; readonly caFile: string; readonly username: string; readonly password: string }
    | undefined;
  /** kill -9 and a start on the same data and address; undefined where the broker is not ours. */
  readonly restart: (() => Promise<void>) | undefined;
  stop(): Promise<void>;
}

const version = '4.4.0';
const buildName = `kafka-${version}`;
const recipe = join(packageRoot, 'test', 'servers', 'kafka');
const given = process.env['PLUMBLINE_TEST_KAFKA'];

/** A broker: the one that `PLUMBLINE_TEST_KAFKA` names (`host:port,host:port`), a container, or our own build of it on Java 17. */
export const kafkaServer: RealServer<TestKafka> = realServer('Kafka', missing(), start);

function missing(): string | undefined {
  if (given !== undefined || hasContainerEngine()) return undefined;
  if (!runs('java', ['-version'])) return 'no PLUMBLINE_TEST_KAFKA, no container engine, and no Java 17';
  return isBuilt(buildName) || runs('mvn', ['-v']) ? undefined : 'no PLUMBLINE_TEST_KAFKA, no container engine, and no Maven';
}

async function start(): Promise<TestKafka> {
  const none = { secure: undefined, restart: undefined };
  if (given !== undefined) return { brokers: given.split(','), ...none, stop: () => Promise.resolve() };
  if (!hasContainerEngine()) return startOwn();
  const port = await freePort();
  const { stop } = await startComposed('kafka', { PLUMBLINE_KAFKA_PORT: String(port) });
  return { brokers: [`127.0.0.1:${port}`], ...none, stop };
}

async function startOwn(): Promise<TestKafka> {
  const programs = await cachedBuild(buildName, (folder) => {
    writeFileSync(join(folder, 'pom.xml'), readFileSync(join(recipe, 'pom.xml')));
    must('mvn', ['-B', '-q', '-ntp', 'dependency:copy-dependencies', '-DoutputDirectory=lib', '-DincludeScope=runtime'], folder);
  });
  const data = mkdtempSync(join(tmpdir(), 'plumbline-kafka-'));
  const [port, secure, controller] = [await freePort(), await freePort(), await freePort()];
  const [username, password] = ['plumbline', 'secret-of-the-test'];
  const { keyFile, certFile } = makeCertificate(data);
  writeFileSync(join(data, 'server.pem'), Buffer.concat([readFileSync(keyFile), readFileSync(certFile)]), { mode: 0o600 });
  const properties = join(data, 'server.properties');
  const values: Record<string, string> = {
    DATA: data,
    PORT: String(port),
    SECURE: String(secure),
    CONTROLLER: String(controller),
    USER: username,
    PASSWORD: password,
  };
  const template = readFileSync(join(recipe, 'server.properties.in'), 'utf8');
  writeFileSync(
    properties,
    template.replaceAll(/@([A-Z]+)@/g, (_all, name: string) => values[name] ?? ''),
  );
  mkdirSync(join(data, 'log'));
  const java = ['-Xms64m', '-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto', '-cp', `${programs}/lib/*`];
  const log = `-Dlog4j2.configurationFile=${join(recipe, 'log4j2.properties')}`;
  if (!existsSync(join(data, 'log', 'meta.properties')))
    must('java', [...java, 'kafka.tools.StorageTool', 'format', '-t', 'AAAAAAAAAAAAAAAAAAAAAQ', '-c', properties], data);
  const run = (): Promise<OwnProcess> =>
    startProcess(['java', ...java, log, 'kafka.Kafka', properties], { ready: () => accepts(port), cwd: data });
  let broker = await run();
  return {
    brokers: [`127.0.0.1:${port}`],
    secure: { brokers: [`127.0.0.1:${secure}`], caFile: certFile, username, password },
    restart: async () => {
      await broker.kill();
      broker = await run();
    },
    stop: async () => {
      await broker.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}
