import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fileNamePattern,
  isCompanion,
  mergeMetadata,
  PatternError,
  readManifest,
  readMetadata,
  readSidecar,
  SettledFiles,
  sidecarNames,
} from './index.ts';

describe('metadata in the centre’s own words', () => {
  test('English, Chinese, snake case and spaces name the same fields; unknown ones are left out', () => {
    const { metadata, problems } = readMetadata(
      [
        ['External ID', 'x-1'],
        ['工号', 8012],
        ['start_time', '2026-10-12 10:04:31'],
        ['方向', '外呼'],
        ['favourite colour', 'blue'],
        ['queue', ''],
      ],
      '+08:00',
    );
    expect(problems).toEqual([]);
    expect(metadata).toEqual({
      externalId: 'x-1',
      agentNumber: '8012',
      startedAt: Date.parse('2026-10-12T10:04:31+08:00'),
      direction: 'outbound',
    });
  });

  test('a bad value names its field and what is expected, never itself', () => {
    const { problems } = readMetadata([
      ['direction', 'SECRET'],
      ['start', 'SECRET'],
    ]);
    expect(problems.map(({ field }) => field)).toEqual(['direction', 'startedAt']);
    expect(JSON.stringify(problems)).not.toContain('SECRET');
  });

  test('merging keeps what the newer does not say', () => {
    expect(mergeMetadata({ queue: 'a', team: 't' }, { queue: 'b' })).toEqual({ queue: 'b', team: 't' });
  });
});

describe('a file-name pattern', () => {
  test('reads fields and dates from a path', () => {
    const pattern = fileNamePattern('{queue}/{agentId}_{externalId}_{startedAt:yyyyMMddHHmmss}', '+08:00');
    expect(pattern.read('2026/wealth/a01_X-77_20261012100431.wav')).toEqual({
      queue: 'wealth',
      agentId: 'a01',
      externalId: 'X-77',
      startedAt: Date.parse('2026-10-12T10:04:31+08:00'),
    });
    expect(pattern.read('a01.wav')).toBeUndefined();
  });

  test.each(['{nonsense}', 'no field', '{startedAt:yyyyQQ}'])('that cannot work says so at once: %s', (text) => {
    expect(() => fileNamePattern(text, '+00:00')).toThrow(PatternError);
  });
});

describe('a manifest', () => {
  test('in CSV: columns in any order, problems with their line and without the value', () => {
    const { rows, problems } = readManifest(
      '\uFEFFdirection,file,通话编号,transcript\noutbound,a.wav,x-1,\nSECRET,b.wav,x-2,\noutbound,../etc/passwd,x-3,\n,a.wav,x-4,\n,c.wav,,c.json\n',
    );
    expect(rows.map(({ line, file, transcript, metadata }) => [line, file, transcript, metadata])).toEqual([
      [2, 'a.wav', undefined, { direction: 'outbound', externalId: 'x-1' }],
      [6, 'c.wav', 'c.json', {}],
    ]);
    expect(problems.map(({ line }) => line)).toEqual([3, 4, 5]);
    expect(JSON.stringify(problems)).not.toContain('SECRET');
  });

  test('in JSON: an array of calls', () => {
    const { rows } = readManifest('[{"file":"a.wav","agentId":"a01","language":"mixed"},{"agentId":"a02"}]');
    expect(rows).toMatchObject([{ file: 'a.wav', metadata: { agentId: 'a01', language: 'auto' } }]);
  });

  test.each([
    ['', /empty/],
    ['{', /JSON/],
    ['a,b\n1,2', /column named file/],
    ['file\n"open', /CSV/],
  ])('that cannot be read says what is wrong: %j', (text, message) => {
    expect(readManifest(text).problems[0]?.message.en).toMatch(message);
  });

  test('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => void readManifest(text)),
      { numRuns: 200 },
    );
  });
});

describe('files beside a recording', () => {
  test('sidecars are found by name and are no recordings', () => {
    expect(sidecarNames('in/a.wav')).toEqual(['in/a.wav.json', 'in/a.meta.json', 'in/a.json']);
    expect(['a.json', 'a.wav.ok', '.hidden/a.wav', 'a.vtt'].every(isCompanion)).toBe(true);
    expect(isCompanion('a.wav')).toBe(false);
  });

  test('a sidecar that is no JSON object is as if it were not there', () => {
    expect(readSidecar('[1]')).toBeUndefined();
    expect(readSidecar('{')).toBeUndefined();
    expect(readSidecar('{"callId":"zh-01","startedAt":"2026-10-12T10:04:31+08:00"}')?.metadata).toEqual({
      externalId: 'zh-01',
      startedAt: Date.parse('2026-10-12T10:04:31+08:00'),
    });
  });
});

describe('a dropped file is complete', () => {
  const file = { name: 'a.wav', sizeBytes: 10, modifiedAt: 1 };

  test('when size and time have not changed for ten seconds over two listings', () => {
    const settled = new SettledFiles();
    expect(settled.next([file], 0)).toEqual([]);
    expect(settled.next([{ ...file, sizeBytes: 20 }], 9_000)).toEqual([]);
    expect(settled.next([{ ...file, sizeBytes: 20 }], 18_000)).toEqual([]);
    expect(settled.next([{ ...file, sizeBytes: 20 }], 19_000)).toEqual([{ ...file, sizeBytes: 20 }]);
  });

  test('or when an .ok lies beside it', () => {
    expect(new SettledFiles().next([file, { name: 'a.wav.ok', sizeBytes: 0, modifiedAt: 1 }], 0)).toEqual([file]);
  });

  test('never when only one listing has seen it, however old it is', () => {
    expect(new SettledFiles().next([file], 1_000_000)).toEqual([]);
  });
});
