import { describe, expect, test } from 'vitest';
import { readSettings, SettingsError } from './settings.ts';

const env = { HOME: '/home/someone' };

describe('settings', () => {
  test('a start without any settings listens on loopback, port 8484, with data in the person’s data folder', () => {
    const settings = readSettings(env);
    expect(settings.http).toEqual({ host: '127.0.0.1', port: 8484 });
    expect(settings.home).toBe('/home/someone/.local/share/plumbline');
  });

  test('the environment stands over the file', () => {
    const file = { name: 'settings.yaml', text: 'http: { port: 9000 }\nlanguage: zh\n' };
    const settings = readSettings({ ...env, PLUMBLINE_PORT: '9001' }, file);
    expect(settings.http.port).toBe(9001);
    expect(settings.language).toBe('zh');
  });

  test('there is no judge but where an address names one', () => {
    expect(readSettings(env).judge).toMatchObject({ votes: 3, threshold: 667, timeoutMs: 60_000 });
    expect(readSettings(env).judge.baseUrl).toBeUndefined();
    const named = { PLUMBLINE_JUDGE_URL: 'http://127.0.0.1:1/v1', PLUMBLINE_JUDGE_KEY: 'key', PLUMBLINE_JUDGE_MODEL: 'model' };
    expect(readSettings({ ...env, ...named }).judge).toMatchObject({
      baseUrl: 'http://127.0.0.1:1/v1',
      apiKey: 'key',
      model: 'model',
    });
  });

  test('engines are named one by one, and what belongs together comes together', () => {
    const named = {
      PLUMBLINE_KAFKA_BROKERS: 'one:9092, two:9092',
      PLUMBLINE_KAFKA_USERNAME: 'plumbline',
      PLUMBLINE_KAFKA_PASSWORD: 'secret',
      PLUMBLINE_S3_BUCKET: 'calls',
      PLUMBLINE_S3_PATH_STYLE: 'true',
    };
    const settings = readSettings({ ...env, ...named });
    expect(settings.events.kafka).toMatchObject({
      brokers: ['one:9092', 'two:9092'],
      sasl: { mechanism: 'scram-sha-512', username: 'plumbline', password: 'secret' },
      topicPrefix: '',
      groupPrefix: 'plumbline',
    });
    expect(settings.objects.s3).toMatchObject({ bucket: 'calls', pathStyle: true, region: 'us-east-1', prefix: '' });
    expect([readSettings(env).events.kafka, readSettings(env).objects.s3]).toEqual([undefined, undefined]);
    expect(() => readSettings({ ...env, PLUMBLINE_S3_BUCKET: 'calls', PLUMBLINE_S3_ACCESS_KEY_ID: 'id' })).toThrow(
      /belong together/,
    );
    expect(() => readSettings({ ...env, PLUMBLINE_MASTER_KEY: 'short' })).toThrow('PLUMBLINE_MASTER_KEY: 64 hexadecimal digits');
    const bucket = { name: 'recorder', bucket: 'calls', noticeTopic: 'notices' };
    const file = { name: 'settings.yaml', text: JSON.stringify({ bucketSources: [bucket] }) };
    expect(() => readSettings(env, file)).toThrow(/noticeTopic.*events\.kafka/);
  });

  test.each([
    [{ PLUMBLINE_PORT: 'eighty' }, undefined, /^PLUMBLINE_PORT: expected number/],
    [{ PLUMBLINE_LANGUAGE: 'fr' }, undefined, /^PLUMBLINE_LANGUAGE: .*"zh"\|"en"\|"auto"/],
    [{}, 'htpp: {}', /^settings\.yaml: settings htpp: there is no such setting/],
    [{}, 'sources: [{ name: in, path: /x, after: move }]', /sources\.0\.moveTo: needed when after is move/],
    [{}, 'sources: [', /line 1/],
    [{ PLUMBLINE_JUDGE_URL: 'http://127.0.0.1:1/v1' }, undefined, /judge\.model: needed when judge\.baseUrl is set/],
    [{}, 'judge: { dailyCapMicros: 5 }', /judge\.pricePerMillion: needed with judge\.dailyCapMicros/],
    [{ PLUMBLINE_HTTP_HOST: '0.0.0.0' }, undefined, /http\.token: needed to answer on 0\.0\.0\.0/],
  ])('a bad setting stops the start and names itself: %j %j', (variables, text, message) => {
    const file = text === undefined ? undefined : { name: 'settings.yaml', text };
    expect(() => readSettings({ ...env, ...variables }, file)).toThrow(SettingsError);
    expect(() => readSettings({ ...env, ...variables }, file)).toThrow(message);
  });
});
