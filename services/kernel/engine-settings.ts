import { z } from 'zod';

const file = z.string().min(1);

/** TLS towards a server: the certificates it is checked against, and our own where it asks for one. Files are PEM. */
const tls = z.strictObject({
  /** Authorities that are trusted. Empty: those of the system. */
  caFile: file.optional(),
  certFile: file.optional(),
  keyFile: file.optional(),
  /** The name that the server's certificate must bear, where it is not the one of its address. */
  serverName: z.string().min(1).optional(),
});

export const databaseSettings = z
  .strictObject({
    /** Empty: the product starts its own PostgreSQL. */
    url: z
      .string()
      .regex(/^postgres(ql)?:\/\//)
      .optional(),
    /** Connections of one process at most; one or two more are opened to listen and to lead. */
    poolSize: z.int().min(2).max(500).default(10),
    /** Longest time for one statement. */
    statementTimeoutMs: z.int().min(1_000).max(3_600_000).default(30_000),
    /** Empty: as the URL says (`sslmode`), else without TLS. */
    tls: tls.optional(),
  })
  .prefault({});

export const objectsSettings = z
  .strictObject({
    /** Empty: files in the data folder. */
    s3: z
      .strictObject({
        bucket: z.string().min(3).max(63),
        /** Where raw data lie, sealed. Empty: the same bucket. */
        rawBucket: z.string().min(3).max(63).optional(),
        /** Names begin with this, such as `plumbline/`. Empty or ending in a slash. */
        prefix: z
          .string()
          .regex(/^([A-Za-z0-9._-]+\/)*$/, 'parts of A-Z a-z 0-9 . _ -, each followed by a slash')
          .default(''),
        region: z.string().min(1).default('us-east-1'),
        /** Empty: the cloud's own. */
        endpoint: z.url().optional(),
        /** Bucket in the path, not in the host name: what most servers on premises want. */
        pathStyle: z.boolean().default(false),
        /** Empty: what the environment offers (a role, a profile). */
        accessKeyId: z.string().min(1).optional(),
        secretAccessKey: z.string().min(1).optional(),
        /** How long one request may stand still. */
        timeoutMs: z.int().min(1_000).max(600_000).default(30_000),
        /** Size of the parts of a long object; at least 5 MiB. */
        partBytes: z
          .int()
          .min(5 * 1024 ** 2)
          .max(512 * 1024 ** 2)
          .default(8 * 1024 ** 2),
        /** Redacted recordings are played straight from the store by an address that is good for so long. Empty: through the API alone. */
        presignSeconds: z.int().min(10).max(43_200).optional(),
      })
      .refine(
        ({ accessKeyId, secretAccessKey }) => (accessKeyId === undefined) === (secretAccessKey === undefined),
        'accessKeyId and secretAccessKey belong together',
      )
      .optional(),
  })
  .prefault({});

export const eventsSettings = z
  .strictObject({
    /** Empty: events go from the outbox to jobs inside the database. */
    kafka: z
      .strictObject({
        /** `host:port`, several. */
        brokers: z.array(z.string().regex(/^.+:\d{1,5}$/, 'host:port')).min(1),
        clientId: z.string().min(1).default('plumbline'),
        /** Stands before the name of every topic. */
        topicPrefix: z
          .string()
          .regex(/^[A-Za-z0-9._-]{0,100}$/)
          .default(''),
        /** Consumer groups are `<this>.<stage>`. */
        groupPrefix: z
          .string()
          .regex(/^[A-Za-z0-9._-]{1,100}$/)
          .default('plumbline'),
        /** Encrypts the connections; an empty mapping trusts the system's authorities. */
        tls: tls.optional(),
        sasl: z
          .strictObject({
            mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).default('scram-sha-512'),
            username: z.string().min(1),
            password: z.string().min(1),
          })
          .optional(),
        /** Copies that every topic must have at least. */
        minReplication: z.int().min(1).max(15).default(1),
        /** `migrate` makes missing topics like this. Empty: they must be there. */
        create: z.strictObject({ partitions: z.int().min(1).max(10_000), replication: z.int().min(1).max(15) }).optional(),
      })
      .optional(),
  })
  .prefault({});

export const indexSettings = z
  .strictObject({
    /** Empty: full text in the database. */
    elasticsearch: z
      .strictObject({
        url: z.url(),
        apiKey: z.string().min(1).optional(),
        username: z.string().min(1).optional(),
        password: z.string().min(1).optional(),
        /** The authority that signs the server's certificate, PEM. Empty: those of the system. */
        caFile: file.optional(),
        /** Stands before every name of an index or alias. */
        prefix: z
          .string()
          .regex(/^[a-z][a-z0-9-]{0,60}$/, 'lower case letters, digits and -')
          .default('plumbline'),
        /** Of an index that is made from now on: a rebuild changes them. */
        shards: z.int().min(1).max(1_000).default(1),
        replicas: z.int().min(0).max(10).default(1),
        /** How soon what was written is found. */
        refreshInterval: z
          .string()
          .regex(/^\d{1,5}(ms|s)$/, 'such as 1s')
          .default('1s'),
        timeoutMs: z.int().min(1_000).max(600_000).default(30_000),
      })
      .refine(
        ({ username, password }) => (username === undefined) === (password === undefined),
        'username and password belong together',
      )
      .optional(),
  })
  .prefault({});

const key = z.string().regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits (32 bytes)');

/** Keys of the installation. Empty: files in the data folder, made at the first start. Processes beside one another need the same. */
export const keysSettings = z
  .strictObject({
    /** Wraps the data key of every call. */
    masterKey: key.optional(),
    masterKeyFile: file.optional(),
    /** Master keys of before: what they wrapped can still be read. */
    previousMasterKeys: z.array(key).default([]),
    /** Keys call ids; another one makes other calls of the same files. */
    installationKey: key.optional(),
    installationKeyFile: file.optional(),
  })
  .refine((keys) => keys.masterKey === undefined || keys.masterKeyFile === undefined, 'masterKey or masterKeyFile, not both')
  .refine(
    (keys) => keys.installationKey === undefined || keys.installationKeyFile === undefined,
    'installationKey or installationKeyFile, not both',
  )
  .prefault({});

/** A bucket into which others put recordings. */
export const bucketSource = z.strictObject({
  /** Name of the source on the ledger and in call ids. Changing it makes other calls of the same files. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/, 'lower case letters, digits and -'),
  bucket: z.string().min(3).max(63),
  /** What lies elsewhere in the bucket is not looked at. */
  prefix: z.string().max(500).default(''),
  region: z.string().min(1).default('us-east-1'),
  endpoint: z.url().optional(),
  pathStyle: z.boolean().default(false),
  accessKeyId: z.string().min(1).optional(),
  secretAccessKey: z.string().min(1).optional(),
  /** As in a folder source. */
  patterns: z.array(z.string()).default([]),
  after: z.enum(['leave', 'delete']).default('leave'),
  /** A Kafka topic to which the bucket tells of new objects: they are taken at once. Empty: by listing alone. */
  noticeTopic: z.string().min(1).max(249).optional(),
  everyMs: z.int().min(200).max(3_600_000).default(30_000),
});

/** Environment variables of the engines, by the setting they set. */
export const engineVariables: Readonly<Record<string, readonly [path: readonly string[], read: (text: string) => unknown]>> = {
  PLUMBLINE_DATABASE_URL: [['database', 'url'], String],
  PLUMBLINE_DATABASE_POOL: [['database', 'poolSize'], Number],
  PLUMBLINE_DATABASE_CA_FILE: [['database', 'tls', 'caFile'], String],
  PLUMBLINE_S3_BUCKET: [['objects', 's3', 'bucket'], String],
  PLUMBLINE_S3_RAW_BUCKET: [['objects', 's3', 'rawBucket'], String],
  PLUMBLINE_S3_REGION: [['objects', 's3', 'region'], String],
  PLUMBLINE_S3_ENDPOINT: [['objects', 's3', 'endpoint'], String],
  PLUMBLINE_S3_PATH_STYLE: [['objects', 's3', 'pathStyle'], (text) => text === 'true' || text === '1'],
  PLUMBLINE_S3_ACCESS_KEY_ID: [['objects', 's3', 'accessKeyId'], String],
  PLUMBLINE_S3_SECRET_ACCESS_KEY: [['objects', 's3', 'secretAccessKey'], String],
  PLUMBLINE_KAFKA_BROKERS: [['events', 'kafka', 'brokers'], (text) => text.split(',').map((broker) => broker.trim())],
  PLUMBLINE_KAFKA_CA_FILE: [['events', 'kafka', 'tls', 'caFile'], String],
  PLUMBLINE_KAFKA_USERNAME: [['events', 'kafka', 'sasl', 'username'], String],
  PLUMBLINE_KAFKA_PASSWORD: [['events', 'kafka', 'sasl', 'password'], String],
  PLUMBLINE_KAFKA_MECHANISM: [['events', 'kafka', 'sasl', 'mechanism'], String],
  PLUMBLINE_ELASTICSEARCH_URL: [['index', 'elasticsearch', 'url'], String],
  PLUMBLINE_ELASTICSEARCH_API_KEY: [['index', 'elasticsearch', 'apiKey'], String],
  PLUMBLINE_ELASTICSEARCH_USERNAME: [['index', 'elasticsearch', 'username'], String],
  PLUMBLINE_ELASTICSEARCH_PASSWORD: [['index', 'elasticsearch', 'password'], String],
  PLUMBLINE_MASTER_KEY: [['keys', 'masterKey'], String],
  PLUMBLINE_MASTER_KEY_FILE: [['keys', 'masterKeyFile'], String],
  PLUMBLINE_INSTALLATION_KEY: [['keys', 'installationKey'], String],
  PLUMBLINE_INSTALLATION_KEY_FILE: [['keys', 'installationKeyFile'], String],
  PLUMBLINE_INSTANCE: [['instance'], String],
};
