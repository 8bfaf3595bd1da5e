import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { containers, mp3Frame, sniffRecording } from './recording-format.ts';

const bytes = (text: string, more = 64): Buffer => Buffer.concat([Buffer.from(text, 'latin1'), Buffer.alloc(more, 0x55)]);
const container = (head: Buffer): string => {
  const sniffed = sniffRecording(head);
  return sniffed.kind === 'recording' ? sniffed.container : sniffed.code;
};

/** MPEG 2 layer III, 64 kb/s, 24 kHz: 192 bytes a frame. */
const frames = (count: number): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => bytes('\u00ff\u00f3\u0084\u00c0', 188)));

describe('what a file is, by its first bytes', () => {
  test.each([
    ['RIFF\u0000\u0000\u0000\u0000WAVEfmt ', 'wav'],
    ['RF64\u00ff\u00ff\u00ff\u00ffWAVEds64', 'wav'],
    ['fLaC\u0000\u0000\u0000\u0022', 'flac'],
    ['OggS\u0000\u0002', 'ogg'],
    ['#!AMR\n', 'amr'],
    ['#!AMR-WB\n', 'amr'],
    ['\u0000\u0000\u0000\u0020ftypM4A ', 'mp4'],
    ['\u0000\u0000\u0000\u0020ftypisom', 'mp4'],
    ['\u0000\u0000\u0002\u0020moov', 'mp4'],
    ['\u001a\u0045\u00df\u00a3\u009f\u0042\u0082\u0084webm', 'webm'],
    ['\u001a\u0045\u00df\u00a3\u00a3\u0042\u0082\u0088matroska', 'webm'],
  ])('%j', (head, expected) => {
    expect(container(bytes(head))).toBe(expected);
  });

  test.each([
    ['RIFF\u0000\u0000\u0000\u0000AVI LIST'],
    ['RIFF\u0000\u0000\u0000\u0000WEBPVP8 '],
    ['\u0000\u0000\u0000\u0020ftypheic'],
    ['\u001a\u0045\u00df\u00a3\u009f\u0042\u0082\u0084evil'],
    ['#EXTM3U\n#EXTINF:10,\n'],
    ['ffconcat version 1.0\n'],
    ['<?xml version="1.0"?>'],
    ['%PDF-1.7'],
    ['PK\u0003\u0004'],
    ['GIF89a'],
    ['\u00ff\u00f1\u0050\u0080'],
  ])('%j is no recording', (head) => {
    expect(container(bytes(head))).toBe('audio.wrong-type');
  });

  test('MP3: two frames in a row, after a tag and padding or without', () => {
    expect(container(frames(4))).toBe('mp3');
    const tag = Buffer.concat([bytes('ID3\u0004\u0000\u0000\u0000\u0000\u0001\u0000', 128), frames(3)]);
    expect(container(tag)).toBe('mp3');
    expect(container(Buffer.concat([tag.subarray(0, 138), Buffer.alloc(500), frames(3)]))).toBe('mp3');
    const pictured = Buffer.concat([bytes('ID3\u0004\u0000\u0000\u0000\u007f\u007f\u007f', 65_526)]);
    expect(container(pictured)).toBe('mp3');
    // one frame header by chance
    expect(container(Buffer.concat([frames(1), bytes('nothing of the kind', 2000)]))).toBe('audio.wrong-type');
  });

  test('a tag, then FLAC, is FLAC', () => {
    expect(container(Buffer.concat([bytes('ID3\u0004\u0000\u0000\u0000\u0000\u0000\u0004', 4), bytes('fLaC')]))).toBe('flac');
  });

  test('nothing, and next to nothing', () => {
    expect(container(Buffer.alloc(0))).toBe('audio.empty');
    expect(container(Buffer.from('RIFF'))).toBe('audio.header-only');
    expect(container(Buffer.from('ID3\u0004\u0000\u0000\u0000\u0000\u0010\u0000', 'latin1'))).toBe('audio.header-only');
  });

  test('any bytes get an answer, and random ones are hardly ever taken for a recording', () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (head) => {
        const sniffed = sniffRecording(head);
        if (sniffed.kind === 'recording') {
          expect(containers).toContain(sniffed.container);
          taken++;
        }
      }),
      { numRuns: 300 },
    );
    expect(taken).toBeLessThan(5);
  });
});

test('frame lengths of MPEG 1, 2 and 2.5', () => {
  expect(mp3Frame(Uint8Array.of(0xff, 0xfb, 0x90, 0x00), 0)).toMatchObject({ bytes: 417, samples: 1152, sampleRate: 44_100 });
  expect(mp3Frame(Uint8Array.of(0xff, 0xf3, 0x84, 0xc0), 0)).toMatchObject({
    bytes: 192,
    samples: 576,
    sampleRate: 24_000,
    sideEnd: 13,
  });
  expect(mp3Frame(Uint8Array.of(0xff, 0xe3, 0x28, 0xc0), 0)).toMatchObject({ bytes: 144, sampleRate: 8000 });
  expect(mp3Frame(Uint8Array.of(0xff, 0xfb, 0xf0, 0x00), 0)).toBeUndefined();
});
