import { randomUUID } from 'node:crypto';
import { stat, statfs } from 'node:fs/promises';
import { chooseDecoder } from '../adapters/ffmpeg/index.ts';
import { provisionedSpeech } from '../adapters/local-speech/index.ts';
import { type Database, openDatabase } from '../adapters/postgres/database.ts';
import { runningServer } from '../adapters/postgres/embedded-server.ts';
import { databaseFacts } from '../adapters/postgres/facts.ts';
import type { Finding } from '../cli/doctor.ts';
import { Failure, type ObjectStore, type Settings } from '../kernel/index.ts';
import { createLog } from '../runtime/index.ts';
import { busOf } from './event-flow.ts';
import { namedDatabase, openObjectPlaces, searchEngineOf } from './product-stores.ts';
import { speechFolder } from './recogniser.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Look = () => Promise<Omit<Finding, 'name'>>;

/**
 * Looks at each thing the product needs, one after the other; one that fails keeps none from being looked at. Nothing is
 * changed but a probe object that is put and deleted.
 */
export async function doctor(
  settings: Settings,
  environment: Environment,
  more: Readonly<Record<string, Look>> = {},
): Promise<Finding[]> {
  const looks: Record<string, Look> = {
    home: () => home(settings),
    disk: () => disk(settings),
    database: () => database(settings),
    objects: async () => objects((await openObjectPlaces(settings, { sweeps: false })).objects),
    events: () => events(settings),
    index: () => index(settings),
    ffmpeg: () => ffmpeg(),
    recogniser: () => recogniser(settings, environment),
    judge: () => judge(settings),
    ...more,
  };
  const findings: Finding[] = [];
  for (const [name, look] of Object.entries(looks)) findings.push({ name, ...(await safely(look)) });
  return findings;
}

async function safely(look: Look): Promise<Omit<Finding, 'name'>> {
  try {
    return await look();
  } catch (error) {
    // Foreign texts may hold addresses and content: the code is what we say.
    const code = error instanceof Failure ? error.code : ((error as NodeJS.ErrnoException).code ?? 'unexpected');
    const text = error instanceof Failure ? error.message : String(code);
    return { state: 'failed', found: { zh: `不可用（${code}）：${text}`, en: `not usable (${code}): ${text}` } };
  }
}

async function home({ home: folder }: Settings): Promise<Omit<Finding, 'name'>> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined)
    return {
      state: 'off',
      found: { zh: `${folder} 还没有，首次启动时会建立`, en: `${folder} is not there yet; the first start makes it` },
    };
  const open = (found.mode & 0o077) !== 0;
  return {
    state: open ? 'warning' : 'ok',
    found: { zh: folder, en: folder },
    advice: open
      ? { zh: `其他用户可以进入该目录：chmod 700 '${folder}'`, en: `others may enter it: chmod 700 '${folder}'` }
      : undefined,
  };
}

async function disk({ home: folder, disk: { minFreeBytes, minFreePercent } }: Settings): Promise<Omit<Finding, 'name'>> {
  const there = (await stat(folder).catch(() => undefined)) === undefined ? '.' : folder;
  const { bavail, blocks, bsize } = await statfs(there);
  const free = bavail * bsize;
  const percent = Math.floor((bavail * 100) / blocks);
  const gib = (free / 1024 ** 3).toFixed(1);
  const short = free < minFreeBytes || percent < minFreePercent;
  const floor = `${(minFreeBytes / 1024 ** 3).toFixed(1)} GiB / ${minFreePercent} %`;
  return {
    state: short ? 'failed' : free < 2 * minFreeBytes ? 'warning' : 'ok',
    found: { zh: `可用 ${gib} GiB（${percent} %）`, en: `${gib} GiB free (${percent} %)` },
    advice: short
      ? { zh: `低于 ${floor}：不再接收新录音，请腾出空间`, en: `under ${floor}: no recording is taken; make room` }
      : undefined,
  };
}

async function database(settings: Settings): Promise<Omit<Finding, 'name'>> {
  const address = namedDatabase(settings) ?? runningServer(settings.home);
  if (address === undefined)
    return {
      state: 'off',
      found: { zh: '内置数据库未运行；启动产品时会启动', en: 'the built-in database is not running; the product starts it' },
    };
  const opened: Database = openDatabase({ address, connections: 1 });
  try {
    const { version, migration, behind, canCreate, oldestReadySeconds, ready, dead, outbox } = await databaseFacts(opened);
    const lag = oldestReadySeconds ?? 0;
    const found = {
      zh: `PostgreSQL ${version}，结构 ${migration ?? '无'}，待处理 ${ready}（最久 ${lag} 秒），未转发事件 ${outbox}，死信 ${dead}`,
      en: `PostgreSQL ${version}, schema ${migration ?? 'none'}, ${ready} jobs ready (oldest ${lag} s), ${outbox} events not relayed, ${dead} dead letters`,
    };
    if (!canCreate)
      return {
        state: 'failed',
        found,
        advice: { zh: '该用户不能建表：授予 CREATE 权限', en: 'this user cannot create tables: grant CREATE' },
      };
    if (behind > 0)
      return {
        state: 'warning',
        found,
        advice: { zh: `落后 ${behind} 个结构版本：运行 migrate`, en: `${behind} migrations behind: run migrate` },
      };
    return {
      state: dead > 0 || lag > 900 ? 'warning' : 'ok',
      found,
      advice: dead > 0 ? { zh: 'plumbline dead list 查看', en: 'see plumbline dead list' } : undefined,
    };
  } finally {
    await opened.close();
  }
}

/** Puts, reads and deletes a probe: the rights that the product needs. */
export async function objects(store: ObjectStore): Promise<Omit<Finding, 'name'>> {
  const name = `doctor/${randomUUID()}`;
  const started = performance.now();
  await store.put(name, Buffer.from('plumbline'));
  const content = await store.read(name, { start: 0, end: 5 });
  const parts: Uint8Array[] = [];
  for await (const part of content ?? []) parts.push(part);
  await store.delete(name);
  const ms = Math.round(performance.now() - started);
  if (Buffer.concat(parts).toString() !== 'plumb')
    return { state: 'failed', found: { zh: '读到的不是写入的内容', en: 'what is read is not what was written' } };
  return { state: 'ok', found: { zh: `可写、可读、可删，${ms} 毫秒`, en: `writes, reads and deletes, ${ms} ms` } };
}

/** The topics of the bus, and how far its groups are behind. */
async function events(settings: Settings): Promise<Omit<Finding, 'name'>> {
  const bus = busOf(settings, createLog({ level: 'silent', process: 'doctor' }));
  if (bus === undefined) return { state: 'off', found: { zh: '事件留在数据库里', en: 'events stay in the database' } };
  try {
    const topics = await bus.check();
    const partitions = topics.reduce((sum, topic) => sum + topic.partitions, 0);
    const copies = Math.min(...topics.map(({ replication }) => replication));
    const { groupPrefix = '' } = settings.events.kafka ?? {};
    const lags = await Promise.all(
      (
        [
          ['transcribe', ['calls.received']],
          ['score', ['calls.transcribed', 'calls.received']],
          ['search', ['calls.scored', 'calls.received']],
        ] as const
      ).map(async ([stage, of]) => ({
        stage,
        lag: (await bus.lagOf(`${groupPrefix}.${stage}`, of)).reduce((sum, { records }) => sum + records, 0),
      })),
    );
    const behind = lags.map(({ stage, lag }) => `${stage} ${lag}`).join(', ');
    return {
      state: 'ok',
      found: {
        zh: `${topics.length} 个主题，${partitions} 个分区，${copies} 份副本；未读：${behind}`,
        en: `${topics.length} topics, ${partitions} partitions, ${copies} copies; not heard yet: ${behind}`,
      },
    };
  } finally {
    await bus.close();
  }
}

/** The search engine of the settings. */
async function index(settings: Settings): Promise<Omit<Finding, 'name'>> {
  const engine = searchEngineOf(settings);
  if (engine === undefined) return { state: 'off', found: { zh: '索引在数据库里', en: 'the index is in the database' } };
  try {
    const { version, health, documents, bytes } = await engine.facts();
    const size = Math.round(bytes / 1024 ** 2);
    return {
      state: health === 'red' ? 'failed' : 'ok',
      found: {
        zh: `Elasticsearch ${version}，状态 ${health}，${documents} 份文档，${size} MiB`,
        en: `Elasticsearch ${version}, ${health}, ${documents} documents, ${size} MiB`,
      },
    };
  } finally {
    await engine.close();
  }
}

async function ffmpeg(): Promise<Omit<Finding, 'name'>> {
  const { engine } = await chooseDecoder();
  if (engine === 'ffmpeg') return { state: 'ok', found: { zh: '系统 ffmpeg', en: "the system's ffmpeg" } };
  return {
    state: 'warning',
    found:
      engine === 'none'
        ? { zh: '没有：只能处理 WAV，且没有回放音频', en: 'none: WAV alone is read, and there is no playback' }
        : { zh: 'WebAssembly 版本（较慢）', en: 'as WebAssembly (slower)' },
    advice: { zh: '安装 ffmpeg', en: 'install ffmpeg' },
  };
}

async function recogniser(settings: Settings, environment: Environment): Promise<Omit<Finding, 'name'>> {
  const { baseUrl, apiKey, model } = settings.recogniser;
  if (baseUrl !== undefined) return endpoint(baseUrl, apiKey, model);
  const local = await provisionedSpeech({ folder: speechFolder(environment) });
  return local === undefined
    ? {
        state: 'off',
        found: {
          zh: '本地识别器尚未安装；首次启动时会安装',
          en: 'the local recogniser is not installed yet; the first start does it',
        },
      }
    : { state: 'ok', found: { zh: `本地 ${local.modelName} ${local.version}`, en: `local ${local.modelName} ${local.version}` } };
}

async function judge({ judge: { baseUrl, apiKey, model } }: Settings): Promise<Omit<Finding, 'name'>> {
  if (baseUrl === undefined)
    return {
      state: 'off',
      found: { zh: '未设置：需要判断的条目交给人', en: 'none is set: what a judge would answer goes to people' },
    };
  return endpoint(baseUrl, apiKey, model ?? '');
}

/** Asks for the models of an endpoint with OpenAI's interface. */
async function endpoint(baseUrl: string, apiKey: string | undefined, model: string): Promise<Omit<Finding, 'name'>> {
  const { host } = new URL(baseUrl);
  const answer = await fetch(`${baseUrl.replace(/\/$/, '')}/models`, {
    headers: apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` },
    signal: AbortSignal.timeout(10_000),
  }).catch(() => undefined);
  if (answer === undefined) return { state: 'failed', found: { zh: `${host} 连不上`, en: `${host} does not answer` } };
  if (answer.status === 401 || answer.status === 403)
    return { state: 'failed', found: { zh: `${host} 拒绝了密钥`, en: `${host} refuses the key` } };
  const body = (await answer.json().catch(() => undefined)) as { data?: { id?: string }[] } | undefined;
  const names = body?.data?.map(({ id }) => id) ?? [];
  if (names.length > 0 && !names.includes(model))
    return {
      state: 'warning',
      found: { zh: `${host} 可用，但没有列出模型 ${model}`, en: `${host} answers, but does not list the model ${model}` },
    };
  return { state: 'ok', found: { zh: `${host}，模型 ${model}`, en: `${host}, model ${model}` } };
}
