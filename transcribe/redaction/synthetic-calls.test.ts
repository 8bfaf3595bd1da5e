import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { canonicalJson, packageRoot } from '../../services/kernel/index.ts';
import { type Plant, scanForPlants } from '../../test/plants.ts';
import { type Transcript, transcriptSchema } from '../transcript.ts';
import { redactTranscript } from './index.ts';

const folder = join(packageRoot, 'test', 'fixtures', 'synth');
const truthSchema = z.object({
  facts: z.object({
    agent_number: z.string().nullable(),
    sensitive: z.array(z.object({ turn: z.string(), kind: z.string(), digits: z.string().optional() })),
  }),
  spans: z.array(z.object({ label: z.string(), turn: z.string(), startMs: z.number().optional(), endMs: z.number().optional() })),
});
const heardSchema = z.array(z.object({ call: z.string(), turn: z.string(), hyp: z.string() }));
const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const ids = readdirSync(folder).flatMap((name) => (name.endsWith('.truth.json') ? [name.slice(0, -'.truth.json'.length)] : []));
const kinds: Readonly<Record<string, string>> = {
  pan: 'card',
  cvv: 'cvv',
  expiry: 'expiry',
  cn_id: 'idcard',
  id_last4: 'idcard',
  phone: 'phone',
  account_last4: 'account',
  passport_last4: 'passport',
  dob: 'dob',
};

describe.each(ids)('the call %s', (id) => {
  const truth = truthSchema.parse(read(`${id}.truth.json`));
  const asSpoken = transcriptSchema.parse(read(`${id}.transcript.json`));
  const heard = heardSchema.parse(read('recognised_whisper_base.json'));
  const asHeard: Transcript = {
    ...asSpoken,
    turns: asSpoken.turns.map((turn) => ({
      ...turn,
      text: heard.find((each) => each.call === id && each.turn === turn.id)?.hyp.trim() ?? turn.text,
    })),
  };
  const plants: Plant[] = truth.facts.sensitive.flatMap(({ kind, digits }) =>
    digits === undefined ? [] : [{ name: kind, digits }],
  );
  const secretSpans = truth.spans.filter(({ label }) => kinds[label] !== undefined);

  const secretTurns = new Set([
    ...secretSpans.map(({ turn }) => turn),
    ...truth.facts.sensitive.flatMap(({ turn, digits }) => (digits === undefined ? [] : [turn])),
  ]);

  test('has its planted numbers while nothing redacts', () => {
    for (const plant of plants) expect(scanForPlants(canonicalJson(asSpoken), [plant]), plant.name).not.toEqual([]);
  });

  test.each([
    ['spoken', asSpoken],
    ['recognised', asHeard],
  ] as const)('as %s keeps none of them, and nothing else is hidden', (_, transcript) => {
    const redacted = redactTranscript(transcript);
    expect(scanForPlants(canonicalJson(redacted), plants)).toEqual([]);
    expect(new Set(redacted.findings.map(({ turnId }) => turnId))).toEqual(secretTurns);
    for (const { label, turn, startMs, endMs } of secretSpans) {
      const found = redacted.findings.filter(({ turnId }) => turnId === turn).map(({ kind }) => kind);
      if (transcript === asSpoken) expect(found).toContain(kinds[label]);
      expect(
        redacted.muteSpans.some((span) => span.startMs <= startMs! && span.endMs >= endMs!),
        `${label} in ${turn} is muted`,
      ).toBe(true);
    }
  });

  test("leaves the agent's number", () => {
    const left = redactTranscript(asSpoken).transcript.turns.map(({ text }) => text);
    const unchanged = asSpoken.turns.filter(({ text }, index) => left[index] === text).length;
    expect(unchanged).toBe(asSpoken.turns.length - secretTurns.size);
  });
});
