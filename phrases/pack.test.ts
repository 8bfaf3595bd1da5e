import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { randomCalls, randomLists, randomPhrases } from '../test/phrases/random-calls.ts';
import { randomTrees } from '../test/phrases/random-tree.ts';
import {
  callTerms,
  compileRules,
  hitPlaces,
  packPrepared,
  prepareTranscript,
  type SpokenTranscript,
  unpackPrepared,
} from './index.ts';

const scale = Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1);
const synth = join(import.meta.dirname, '../test/fixtures/synth');

test('a packed transcript says the same to every rule', () => {
  const trees = randomTrees(fc.constantFrom(...randomPhrases), Object.keys(randomLists));
  fc.assert(
    fc.property(fc.array(trees, { minLength: 1, maxLength: 3 }), randomCalls, (expressions, transcript) => {
      const rules = compileRules(
        expressions.map((expression, index) => ({ id: String(index), expression })),
        { lists: randomLists },
      );
      const prepared = prepareTranscript(transcript);
      const again = unpackPrepared(packPrepared(prepared));
      const results = rules.match(prepared);
      expect(rules.match(again)).toEqual(results);
      for (const { hits } of results)
        for (const hit of hits)
          expect(hitPlaces(again, hit).map(({ turn, from, to }) => [turn.turn.id, from, to])).toEqual(
            hitPlaces(prepared, hit).map(({ turn, from, to }) => [turn.turn.id, from, to]),
          );
    }),
    { numRuns: Math.ceil(400 * scale) },
  );
});

test.each(readdirSync(synth).filter((name) => name.endsWith('.transcript.json')))('packs a call: %s', (name) => {
  const transcript = JSON.parse(readFileSync(join(synth, name), 'utf8')) as SpokenTranscript;
  const prepared = prepareTranscript(transcript);
  const packed = packPrepared(prepared);
  // Wherever the bytes lie in what came over the wire.
  const wire = new Uint8Array(packed.length + 3);
  wire.set(packed, 3);
  expect(packPrepared(unpackPrepared(Buffer.from(wire.buffer).subarray(3)))).toEqual(packed);
  const again = unpackPrepared(wire.subarray(3));
  expect(callTerms(again)).toEqual(callTerms(prepared));
  expect(packPrepared(again)).toEqual(packed);
  expect([again.speech, again.systemSpeech, again.turns, again.sounds]).toEqual([
    prepared.speech,
    prepared.systemSpeech.map(({ startMs, endMs }) => ({ startMs, endMs })),
    prepared.turns.map((turn) => ({
      ...turn,
      turn: { id: turn.turn.id, speaker: turn.speaker, startMs: turn.turn.startMs, endMs: turn.turn.endMs, text: turn.turn.text },
    })),
    prepared.sounds.map(({ kind, startMs, endMs }) => ({ kind, startMs, endMs })),
  ]);
  expect(() => unpackPrepared(packed.subarray(0, packed.length - 5))).toThrow(RangeError);
});
