import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CallMetadata, callMetadataSchema } from '../../ingest/index.ts';
import { compileRules, prepareTranscript } from '../../phrases/index.ts';
import { fitsCall, readRubric, type Rubric, type Scorecard, scoreTranscript } from '../../scoring/index.ts';
import { packageRoot } from '../../services/kernel/index.ts';
import { type Transcript, transcriptSchema } from '../../transcribe/index.ts';
import { type BankCall, bankCalls } from './harper-valley.ts';
import { fixturesFolder } from './labelled-recordings.ts';

/** One verdict of the machine beside what is true. */
interface Compared {
  readonly criterion: string;
  readonly call: string;
  readonly truth: string;
  readonly machine: string;
  /** Turn, words and reason: what a person needs to see why. */
  readonly why: string;
}

/**
 * Verdict against truth for each criterion, on the labelled calls: from the words that were truly said, from what a recogniser
 * wrote of each turn, and with `audio` from the recordings by the product's own hearing; then on real bank calls, from what
 * people and what a machine wrote. Every verdict that is not the true one is listed with its reason.
 */
export async function run(args: readonly string[] = []): Promise<boolean> {
  const audio = fixturesFolder();
  const synth = audio === undefined ? join(packageRoot, 'test', 'fixtures', 'synth') : join(audio, 'synth');
  const rubrics = shippedRubrics();
  const sources: [string, (id: string) => Transcript][] = [
    ['from the true words', (id) => trueTranscript(synth, id)],
    ['from what a recogniser wrote of each turn', (id) => recognisedTranscript(synth, id)],
  ];
  if (args.includes('audio')) sources.push(['from the recordings, by our own hearing', (id) => heardTranscript(synth, id)]);
  const ids = readdirSync(synth).flatMap((name) => /^(.+)\.truth\.json$/u.exec(name)?.[1] ?? []);
  for (const [name, transcriptOf] of sources) {
    table(
      `synthetic calls, ${name}`,
      ids.flatMap((id) => labelled(synth, id, rubrics, transcriptOf(id))),
    );
  }
  const bank = audio === undefined ? [] : bankCalls(join(audio, '..', 'text', 'harper_valley'));
  if (bank.length === 0) console.log('\nverdicts: no real bank calls here');
  else {
    for (const [name, side] of [
      ['as people wrote them', 'human'],
      ['as a machine wrote them', 'machine'],
    ] as const)
      table(`real bank calls, ${name}`, [
        ...bank.flatMap((call) => bankVerdicts(call, rubrics, call[side])),
        ...bank.flatMap((call) => bankTasks(call, bank, call[side])),
      ]);
  }
  return true;
}

function shippedRubrics(): readonly Rubric[] {
  const folder = join(packageRoot, 'rubrics');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => {
      const result = readRubric(readFileSync(join(folder, name), 'utf8'));
      if ('errors' in result) throw new Error(`${name} cannot be read`);
      return result.rubric;
    })
    .toSorted((a, b) => a.order - b.order);
}

const json = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

// --- the labelled synthetic calls ---

function labelled(folder: string, id: string, rubrics: readonly Rubric[], transcript: Transcript): readonly Compared[] {
  const metadata: CallMetadata = callMetadataSchema.parse(json(join(folder, `${id}.meta.json`)));
  const { expect } = json(join(folder, `${id}.truth.json`)) as { readonly expect: Readonly<Record<string, string>> };
  const cards = rubrics
    .filter((rubric) => fitsCall(rubric, metadata))
    .map((rubric) => scoreTranscript(rubric, transcript, { metadata }));
  const criteria = cards.flatMap((card) => card.criteria);
  return Object.entries(expect).flatMap(([criterion, truth]) => {
    const own = criteria.find(({ id: each }) => each === criterion);
    // What no rubric for this call asks is as good as not applicable.
    const machine = own?.verdict ?? 'not_applicable';
    return [{ criterion, call: id, truth, machine, why: own === undefined ? 'no rubric asks' : whyOf(own) }];
  });
}

function trueTranscript(folder: string, id: string): Transcript {
  return transcriptSchema.parse(json(join(folder, `${id}.transcript.json`)));
}

function recognisedTranscript(folder: string, id: string): Transcript {
  const rows = json(join(folder, 'recognised_whisper_base.json')) as readonly Record<'call' | 'turn' | 'hyp', string>[];
  const heard = new Map(rows.filter(({ call }) => call === id).map(({ turn, hyp }) => [turn, hyp.trim()]));
  const transcript = trueTranscript(folder, id);
  return { ...transcript, turns: transcript.turns.map((turn) => ({ ...turn, text: heard.get(turn.id) ?? turn.text })) };
}

/** The product's own command on the recording. */
function heardTranscript(folder: string, id: string): Transcript {
  const { layout, language } = trueTranscript(folder, id);
  const mixed = language === 'mixed' ? 'auto' : language;
  const parameters = ['transcribe', join(folder, `${id}.flac`), '--layout', layout, '--language', mixed, '--json'];
  const out = execFileSync('sh', [join(packageRoot, 'bin', 'plumbline'), ...parameters], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 ** 2,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return transcriptSchema.parse(JSON.parse(out));
}

// --- the real bank calls ---

/** Tasks that end with something of the customer's account being told. */
const tellsOfAccount: ReadonlySet<string> = new Set(['check balance', 'transfer money']);

/** Criteria of the rubric for incoming calls whose truth the labels give: dialogue acts of the agent, and that the script was kept. */
function bankVerdicts(
  { id, agentActs, taskType }: BankCall,
  rubrics: readonly Rubric[],
  transcript: Transcript,
): readonly Compared[] {
  const rubric = rubrics.find((each) => each.id === 'card-inbound');
  if (rubric === undefined) throw new Error('there is no rubric card-inbound');
  const card = scoreTranscript(rubric, transcript);
  const acts = (from: number, act: string): boolean => agentActs.slice(from).some((each) => each.includes(act));
  const half = Math.floor(agentActs.length / 2);
  const truths: Readonly<Record<string, string>> = {
    'greeting/hello': acts(0, 'gridspace_greeting') ? 'said' : 'missed',
    // The agents of these calls keep to a script that names the bank, offers help, and knows no agent numbers.
    'greeting/institution': 'said',
    'greeting/number': 'missed',
    offer: 'met',
    // The script asks nobody who they are: where it tells of the account, that is too early.
    ...(tellsOfAccount.has(taskType) ? { identity: 'unmet' } : {}),
    'no-secrets': 'met',
    'no-promise': 'met',
    'anything-else': acts(half, 'gridspace_open_question') ? 'met' : 'unmet',
    closing: acts(half, 'gridspace_closing') ? 'met' : 'unmet',
    rating: 'unmet',
  };
  return Object.entries(truths).flatMap(([name, truth]) => {
    const [criterion = '', step] = name.split('/');
    const own = card.criteria.find((each) => each.id === criterion);
    if (own === undefined) throw new Error(`there is no criterion ${criterion}`);
    const machine = step === undefined ? own.verdict : own.script?.steps.find((each) => each.id === step)?.state;
    return [{ criterion: name, call: id, truth, machine: machine ?? 'none', why: whyOf(own) }];
  });
}

/** Whether the agent said what its task was about; what only other calls are about must not be found. */
function bankTasks({ id, tasks }: BankCall, all: readonly BankCall[], transcript: Transcript): readonly Compared[] {
  const own = new Set(tasks.map(({ what }) => what));
  const others = all.flatMap((call) => call.tasks).filter(({ what }) => !own.has(what));
  const named = { what: 'the bank by its name', expression: 'agent: first 40s: ~"harper valley national bank"' };
  const saysName = all.find((call) => call.id === id)?.human.turns.some(({ text }) => text.includes('harper valley')) === true;
  const asked = [named, ...tasks, ...new Map(others.map((each) => [each.what, each])).values()];
  const rules = asked.map(({ what, expression }) => ({ id: what, expression }));
  const results = compileRules([...rules, { id: 'numbers', expression: 'agent: #number' }]).match(prepareTranscript(transcript));
  const numbers = results
    .at(-1)
    ?.hits.map((hit) => `${hit.turnId} “${hit.text}”`)
    .join(', ');
  return results.slice(0, -1).map(({ id: what, value, hits, possible, nearMisses }) => {
    const found = [...hits, ...possible, ...nearMisses]
      .map((hit) => `${hit.turnId} “${hit.text}” (${hit.why.text.en})`)
      .join(', ');
    const truth = what === named.what ? saysName : own.has(what);
    return {
      criterion: what === named.what ? what : own.has(what) ? 'task: its value said' : 'task: another value',
      call: id,
      truth: truth ? 'yes' : 'no',
      machine: value,
      why: found === '' ? `${what} was not found; numbers that the agent said: ${numbers}` : `${what}: ${found}`,
    };
  });
}

// --- printing ---

function whyOf(criterion: Scorecard['criteria'][number]): string {
  const words = [...criterion.evidence, ...(criterion.nearMisses ?? [])].map(({ turnId, text }) => `${turnId} “${text}”`);
  return [criterion.reason.en, ...words.slice(0, 3)].join(' · ');
}

/** `right`: as an inspector; `to a person`: where a person decides; else wrong. */
function table(name: string, rows: readonly Compared[]): void {
  const count = (of: readonly Compared[]): string => {
    const right = of.filter(({ truth, machine }) => truth === machine).length;
    const open = of.filter(({ truth, machine }) => truth !== machine && undecided.has(machine)).length;
    return `${String(right).padStart(4)}  ${String(open).padStart(11)}  ${String(of.length - right - open).padStart(5)}`;
  };
  console.log(`\nverdicts: ${name}`);
  console.log('  criterion                right  to a person  wrong   truth > verdict');
  for (const criterion of new Set(rows.map((row) => row.criterion))) {
    const own = rows.filter((row) => row.criterion === criterion);
    const pairs = new Map<string, number>();
    for (const { truth, machine } of own) {
      const pair = `${truth} > ${machine}`;
      pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
    }
    const shown = [...pairs].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([pair, times]) => `${pair} ${times}`);
    console.log(`  ${criterion.padEnd(24)} ${count(own)}   ${shown.join(', ')}`);
  }
  console.log(`  ${'all'.padEnd(24)} ${count(rows)}`);
  for (const { criterion, call, truth, machine, why } of rows)
    if (truth !== machine) console.log(`    ${call} ${criterion}: ${truth} > ${machine}: ${why}`);
}

const undecided: ReadonlySet<string> = new Set(['needs_review', 'perhaps', 'partly']);
