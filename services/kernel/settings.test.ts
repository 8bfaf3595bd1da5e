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
    expect(readSettings(env).judge).toEqual({ votes: 3, threshold: 667, timeoutMs: 60_000 });
    const named = { PLUMBLINE_JUDGE_URL: 'http://127.0.0.1:1/v1', PLUMBLINE_JUDGE_KEY: 'key', PLUMBLINE_JUDGE_MODEL: 'model' };
    expect(readSettings({ ...env, ...named }).judge).toMatchObject({
      baseUrl: 'http://127.0.0.1:1/v1',
      apiKey: 'key',
      model: 'model',
    });
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
