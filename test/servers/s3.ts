import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { cachedBuild, isBuilt, must, runs } from './build-cache.ts';
import { accepts, freePort, hasContainerEngine, type OwnProcess, startComposed, startProcess } from './own-process.ts';
import { type RealServer, realServer } from './real-server.ts';

export interface TestS3 {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** A fresh bucket. */
  newBucket(options?: { objectLock?: boolean }): Promise<string>;
  client(): S3Client;
  /** kill -9 and a start on the same data and address; undefined where the server is not ours. */
  readonly restart: (() => Promise<void>) | undefined;
  stop(): Promise<void>;
}

const version = '1.8.0';
const buildName = `versitygw-${version}`;
const given = process.env['PLUMBLINE_TEST_S3_ENDPOINT'];

/**
 * An S3 server: the one that `PLUMBLINE_TEST_S3_ENDPOINT` names (with `PLUMBLINE_TEST_S3_ACCESS_KEY_ID` and
 * `PLUMBLINE_TEST_S3_SECRET_ACCESS_KEY`), a container, or versitygw built by Go.
 */
export const s3Server: RealServer<TestS3> = realServer('S3', missing(), () => start());

/** One that tells a Kafka topic of what is put into it, where the server is ours. */
export const tellingS3Server = (broker: string, topic: string): Promise<TestS3> => start({ broker, topic });

function missing(): string | undefined {
  if (given !== undefined || hasContainerEngine() || isBuilt(buildName) || runs('go', ['version'])) return undefined;
  return 'no PLUMBLINE_TEST_S3_ENDPOINT, no container engine, and no Go to build versitygw with';
}

async function start(tells?: { broker: string; topic: string }): Promise<TestS3> {
  const keys = { accessKeyId: 'testkey', secretAccessKey: 'testsecret' };
  if (given !== undefined)
    return serverAt(
      given,
      {
        accessKeyId: process.env['PLUMBLINE_TEST_S3_ACCESS_KEY_ID'] ?? '',
        secretAccessKey: process.env['PLUMBLINE_TEST_S3_SECRET_ACCESS_KEY'] ?? '',
      },
      { stop: () => Promise.resolve(), restart: undefined },
    );
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  if (hasContainerEngine()) {
    const { stop } = await startComposed('s3', { PLUMBLINE_S3_PORT: String(port) });
    return serverAt(endpoint, keys, { stop, restart: undefined });
  }
  return serverAt(endpoint, keys, await startOwn(port, keys, tells));
}

async function startOwn(
  port: number,
  { accessKeyId, secretAccessKey }: { accessKeyId: string; secretAccessKey: string },
  tells: { broker: string; topic: string } | undefined,
): Promise<Pick<TestS3, 'stop' | 'restart'>> {
  const programs = await cachedBuild(buildName, (folder) => {
    must('go', ['install', '-p', '2', `github.com/versity/versitygw/cmd/versitygw@v${version}`], folder, {
      GOBIN: folder,
      CGO_ENABLED: '0',
      GOFLAGS: '-mod=mod',
    });
  });
  if (!existsSync(join(programs, 'versitygw'))) throw new Error('the build of versitygw has no program');
  const data = mkdtempSync(join(tmpdir(), 'plumbline-s3-'));
  for (const folder of ['root', 'versions']) mkdirSync(join(data, folder));
  const run = (): Promise<OwnProcess> =>
    startProcess(
      [
        join(programs, 'versitygw'),
        ...['--port', `127.0.0.1:${port}`, '--quiet'],
        ...(tells === undefined ? [] : ['--event-kafka-url', tells.broker, '--event-kafka-topic', tells.topic]),
        ...['posix', '--versioning-dir', join(data, 'versions'), join(data, 'root')],
      ],
      { ready: () => accepts(port), environment: { ROOT_ACCESS_KEY: accessKeyId, ROOT_SECRET_KEY: secretAccessKey } },
    );
  let server = await run();
  return {
    stop: async () => {
      await server.stop();
      rmSync(data, { recursive: true, force: true });
    },
    restart: async () => {
      await server.kill();
      await sleep(100);
      server = await run();
    },
  };
}

function serverAt(
  endpoint: string,
  credentials: { accessKeyId: string; secretAccessKey: string },
  rest: Pick<TestS3, 'stop' | 'restart'>,
): TestS3 {
  const clients: S3Client[] = [];
  const client = (): S3Client => {
    const made = new S3Client({ endpoint, credentials, region: 'us-east-1', forcePathStyle: true });
    clients.push(made);
    return made;
  };
  let buckets = 0;
  return {
    endpoint,
    ...credentials,
    client,
    newBucket: async ({ objectLock = false } = {}) => {
      const name = `plumbline-test-${process.pid}-${Date.now().toString(36)}-${++buckets}`;
      const maker = client();
      await maker.send(new CreateBucketCommand({ Bucket: name, ObjectLockEnabledForBucket: objectLock }));
      return name;
    },
    restart: rest.restart,
    stop: async () => {
      for (const each of clients) each.destroy();
      await rest.stop();
    },
  };
}
