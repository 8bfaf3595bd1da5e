import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refused } from '../../services/kernel/index.ts';
import type { Transcript } from '../transcript.ts';
import { looksLikeTranscript, readTranscript } from './read-transcript.ts';

const turnsOf = (transcript: Transcript) => transcript.turns.map((turn) => [turn.speaker, turn.startMs, turn.endMs, turn.text]);

function refusal(content: string): { code: string; en: string; zh: string } {
  try {
    readTranscript(content);
  } catch (error) {
    if (error instanceof Refused) return { code: error.refusal.code, en: error.refusal.text.en, zh: error.refusal.text.zh };
    throw error;
  }
  throw new Error('was read');
}

const callAnalytics = {
  JobStatus: 'COMPLETED',
  LanguageCode: 'en-US',
  AccountId: '000000000000',
  JobName: 'seaford-41',
  Channel: 'VOICE',
  Participants: [{ ParticipantRole: 'AGENT' }, { ParticipantRole: 'CUSTOMER' }],
  ContentMetadata: { Output: 'Raw' },
  Transcript: [
    {
      LoudnessScores: [78.63, 78.37],
      Content: 'Seaford Bank, how can I help?',
      Items: [
        {
          Type: 'pronunciation',
          Confidence: '0.9991',
          Content: 'Seaford',
          BeginOffsetMillis: 440,
          EndOffsetMillis: 900,
          VocabularyFilterMatch: false,
        },
        { Type: 'pronunciation', Confidence: '0.98', Content: 'Bank', BeginOffsetMillis: 900, EndOffsetMillis: 1240 },
        { Type: 'punctuation', Confidence: '0.0', Content: ',' },
        { Type: 'pronunciation', Confidence: '1.0', Content: 'how', BeginOffsetMillis: 1400, EndOffsetMillis: 1500 },
        { Type: 'pronunciation', Confidence: '1.0', Content: 'can', BeginOffsetMillis: 1500, EndOffsetMillis: 1600 },
        { Type: 'pronunciation', Confidence: '1.0', Content: 'I', BeginOffsetMillis: 1600, EndOffsetMillis: 1660 },
        { Type: 'pronunciation', Confidence: '1.0', Content: 'help', BeginOffsetMillis: 1660, EndOffsetMillis: 1960 },
        { Type: 'punctuation', Confidence: '0.0', Content: '?' },
      ],
      Id: '649afe93-1e59-4ae9-a3ba-a0a613868f5d',
      BeginOffsetMillis: 440,
      EndOffsetMillis: 1960,
      Sentiment: 'NEUTRAL',
      ParticipantRole: 'AGENT',
    },
    {
      Content: 'My card was swallowed.',
      Items: [],
      Id: 'f9266cba-34df-4ca8-9cea-4f62a52a7981',
      BeginOffsetMillis: 2200,
      EndOffsetMillis: 3860,
      ParticipantRole: 'CUSTOMER',
      IssuesDetected: [{ CharacterOffsets: { Begin: 0, End: 21 } }],
    },
  ],
  Categories: { MatchedCategories: [], MatchedDetails: {} },
  ConversationCharacteristics: { TotalConversationDurationMillis: 4210, NonTalkTime: { Instances: [], TotalTimeMillis: 0 } },
};

describe('Amazon Transcribe Call Analytics', () => {
  it('is read with roles, times, words and their confidence', () => {
    const { format, transcript } = readTranscript(JSON.stringify(callAnalytics), { layout: 'agent-right' });
    expect(format).toBe('amazon-call-analytics');
    expect(turnsOf(transcript)).toEqual([
      ['agent', 440, 1960, 'Seaford Bank, how can I help?'],
      ['customer', 2200, 3860, 'My card was swallowed.'],
    ]);
    expect(transcript).toMatchObject({ language: 'en', durationMs: 4210, layout: 'agent-right' });
    expect(transcript.turns.map((turn) => turn.channel)).toEqual([1, 0]);
    expect(transcript.turns[0]!.words!.map((word) => word.text)).toEqual(['Seaford', 'Bank,', 'how', 'can', 'I', 'help?']);
    expect(transcript.turns[0]!.words![0]).toEqual({ text: 'Seaford', startMs: 440, endMs: 900, confidence: 0.999 });
    expect(transcript.turns[1]!.words).toBeUndefined();
  });

  it('is refused while its job is not finished, and where a time is missing', () => {
    expect(refusal(JSON.stringify({ ...callAnalytics, JobStatus: 'IN_PROGRESS' }))).toMatchObject({
      code: 'transcript.malformed',
      en: expect.stringContaining('$.JobStatus'),
    });
    const [first] = callAnalytics.Transcript;
    const { BeginOffsetMillis: _, ...rest } = first!;
    expect(refusal(JSON.stringify({ ...callAnalytics, Transcript: [first, rest] })).en).toContain(
      '$.Transcript[1].BeginOffsetMillis',
    );
    expect(refusal(JSON.stringify({ ...callAnalytics, Transcript: [] })).code).toBe('transcript.empty');
  });
});

const whisper = {
  task: 'transcribe',
  language: 'english',
  duration: 9.4,
  text: ' Seaford Bank, how can I help you? Hi, my card was swallowed.',
  segments: [
    {
      id: 0,
      seek: 0,
      start: 0.4,
      end: 2.3,
      text: ' Seaford Bank, how can I help you?',
      tokens: [50364],
      temperature: 0,
      avg_logprob: -0.21,
      compression_ratio: 1.1,
      no_speech_prob: 0.02,
    },
    {
      id: 1,
      seek: 0,
      start: 3.0,
      end: 5.1,
      text: ' Hi, my card was swallowed.',
      tokens: [50400],
      temperature: 0,
      avg_logprob: -0.3,
      compression_ratio: 1.0,
      no_speech_prob: 0.02,
    },
    {
      id: 2,
      seek: 0,
      start: 5.1,
      end: 9.0,
      text: ' Thanks for watching!',
      tokens: [50500],
      temperature: 0,
      avg_logprob: -0.9,
      compression_ratio: 0.8,
      no_speech_prob: 0.4,
    },
  ],
};

describe('Whisper verbose JSON', () => {
  it('is read with guessed speakers, and without what Whisper made up', () => {
    const { format, transcript } = readTranscript(JSON.stringify(whisper));
    expect(format).toBe('whisper-verbose');
    expect(transcript).toMatchObject({ language: 'en', durationMs: 9400, layout: 'mono' });
    expect(turnsOf(transcript).map(([speaker, , , text]) => [speaker, text])).toEqual([
      ['agent', 'Seaford Bank, how can I help you?'],
      ['customer', 'Hi, my card was swallowed.'],
    ]);
    for (const turn of transcript.turns) expect(turn.speakerConfidence).toBeLessThan(0.7);
  });

  it('is read with its words, at the top (OpenAI) or in its segments (Whisper itself)', () => {
    const words = [
      { word: 'Seaford', start: 0.4, end: 0.8 },
      { word: 'Bank', start: 0.8, end: 1.1 },
      { word: 'how', start: 1.2, end: 1.4 },
      { word: 'can', start: 1.4, end: 1.5 },
      { word: 'I', start: 1.5, end: 1.6 },
      { word: 'help', start: 1.6, end: 1.9 },
      { word: 'you', start: 1.9, end: 2.2 },
    ];
    const atTop = { ...whisper, segments: whisper.segments.slice(0, 1), words };
    const inside = {
      language: 'en',
      text: '',
      segments: [{ ...whisper.segments[0]!, words: words.map((word) => ({ ...word, word: ` ${word.word}`, probability: 0.9 })) }],
    };
    for (const document of [atTop, inside]) {
      const [turn] = readTranscript(JSON.stringify(document)).transcript.turns;
      expect(turn!.text).toBe('Seaford Bank, how can I help you?');
      expect(turn!.words![1]).toMatchObject({ text: 'Bank,', startMs: 800, endMs: 1100 });
    }
  });

  it('takes speakers that its segments name', () => {
    const named = {
      ...whisper,
      segments: whisper.segments.slice(0, 2).map((segment, i) => ({ ...segment, speaker: ['Agent', 'Customer'][i] })),
    };
    const { transcript } = readTranscript(JSON.stringify(named), { layout: 'agent-left' });
    expect(turnsOf(transcript).map(([speaker]) => speaker)).toEqual(['agent', 'customer']);
    expect(transcript.turns.map((turn) => [turn.channel, turn.speakerConfidence])).toEqual([
      [0, 1],
      [1, 1],
    ]);
  });

  it('says where it is wrong, without quoting', () => {
    const wrong = { ...whisper, segments: [{ ...whisper.segments[0], start: 'early' }] };
    const { code, en, zh } = refusal(JSON.stringify(wrong));
    expect(code).toBe('transcript.malformed');
    expect(en).toContain('$.segments[0].start');
    expect(zh).toContain('$.segments[0].start');
    expect(en + zh).not.toContain('early');
  });
});

const vtt = `WEBVTT - call 17
Kind: captions
Language: zh-CN

NOTE made by a captioning system
over two lines

STYLE
::cue { color: white }

1
00:01.000 --> 00:03.500 align:start
<v 坐席>您好，海川银行&amp;证券

00:00:03.600 --> 00:00:05.000
<v 坐席 lin>请问有什么可以帮您？</v>

identifier with words
00:05.200 --> 00:07.200
<v.loud 客户><b>我的卡</b>被吞了
怎么办？

00:08.000 --> 00:10.000
<v Agent>One moment.</v> <v Customer>Okay.</v>

01:00:10.000 --> 01:00:12.250
没有说话人
`;

describe('WebVTT', () => {
  it('is read with its voices; what one voice says in a row is one turn', () => {
    const { format, transcript } = readTranscript(vtt.replaceAll('\n', '\r\n'));
    expect(format).toBe('webvtt');
    expect(turnsOf(transcript)).toEqual([
      ['agent', 1000, 3500, '您好，海川银行&证券'],
      ['agent', 3600, 5000, '请问有什么可以帮您？'],
      ['customer', 5200, 7200, '我的卡被吞了怎么办？'],
      ['agent', 8000, 9375, 'One moment.'],
      ['customer', 9375, 10_000, 'Okay.'],
      ['unknown', 3_610_000, 3_612_250, '没有说话人'],
    ]);
    expect(transcript).toMatchObject({ language: 'zh', durationMs: 3_612_250 });
  });

  it('tells two voices that are only numbered apart by what they say, and is not sure', () => {
    const { transcript } = readTranscript(
      'WEBVTT\n\n00:01.000 --> 00:04.000\n<v Speaker 2>My card was swallowed by the machine.\n\n00:04.100 --> 00:08.000\n<v Speaker 1>Thank you for calling Seaford Bank, may I have your name?\n',
    );
    expect(transcript.turns.map((turn) => turn.speaker)).toEqual(['customer', 'agent']);
    expect(transcript.turns[0]!.speakerConfidence).toBeGreaterThan(0.5);
    expect(transcript.turns[0]!.speakerConfidence).toBeLessThan(0.7);
  });

  it('knows the other of two when one side is named', () => {
    const { transcript } = readTranscript(
      'WEBVTT\n\n00:01.000 --> 00:02.000\n<v Agent>Hello.\n\n00:02.100 --> 00:03.000\n<v Kevin>Hello.\n',
    );
    expect(transcript.turns.map((turn) => [turn.speaker, turn.speakerConfidence])).toEqual([
      ['agent', 1],
      ['customer', 0.9],
    ]);
  });

  it('joins cues of a voice that follow each other', () => {
    const { transcript } = readTranscript(
      '\uFEFFWEBVTT\n\n00:01.000 --> 00:02.000\n<v Agent>Good\n\n00:02.100 --> 00:03.000\n<v Agent>morning\n\n00:06.000 --> 00:07.000\n<v Agent>Hello?\n',
    );
    expect(turnsOf(transcript)).toEqual([
      ['agent', 1000, 3000, 'Good morning'],
      ['agent', 6000, 7000, 'Hello?'],
    ]);
  });

  it.each([
    ['Agent', 'agent'],
    ['AGENT_1', 'agent'],
    ['Agent Emily', 'agent'],
    ['Customer Service', 'agent'],
    ['客服小王', 'agent'],
    ['客户经理', 'agent'],
    ['Caller 2', 'customer'],
    ['客户', 'customer'],
    ['IVR', 'system'],
    ['Agentina Rossi', 'unknown'],
    ['王先生', 'unknown'],
  ])('takes the label %s for %s', (label, speaker) => {
    expect(readTranscript(`WEBVTT\n\n00:01.000 --> 00:02.000\n<v ${label}>Hello.\n`).transcript.turns[0]!.speaker).toBe(speaker);
  });

  it('says in which line a time is wrong', () => {
    expect(refusal('WEBVTT\n\n00:01.000 --> 00:0x.000\nhello\n')).toMatchObject({
      code: 'transcript.malformed',
      en: expect.stringContaining('line 3'),
    });
    expect(refusal('WEBVTT\n\n00:05.000 --> 00:01.000\nhello\n').en).toContain('the end is before the start');
    expect(refusal('WEBVTT\n').code).toBe('transcript.empty');
  });
});

describe('our own form', () => {
  const own = {
    version: 1,
    language: 'zh',
    durationMs: 5000,
    layout: 'mono',
    turns: [{ id: 't1', speaker: 'agent', startMs: 0, endMs: 2000, text: '您好', extra: 'stays' }],
  };

  it('is read as it is, with defaults', () => {
    const { format, transcript } = readTranscript(JSON.stringify(own));
    expect(format).toBe('transcript.v1');
    expect(transcript.turns[0]).toEqual({ ...own.turns[0], speakerConfidence: 1, channel: 0 });
    expect(transcript.layout).toBe('mono');
  });

  it('is refused with the place where it contradicts itself', () => {
    const turn = own.turns[0]!;
    expect(refusal(JSON.stringify({ ...own, turns: [turn, turn] })).en).toContain('$.turns[1].id');
    expect(refusal(JSON.stringify({ ...own, turns: [{ ...turn, startMs: 3000 }] })).en).toContain('$.turns[0].endMs');
    expect(refusal(JSON.stringify({ ...own, layout: 'both' })).en).toContain('expected one of agent-left, agent-right, mono');
  });
});

describe('anything else', () => {
  it.each(['', '   ', 'hello', '{}', '[]', '{"results":{}}', 'RIFF....WAVE', '1\n00:00:01,000 --> 00:00:02,000\nsrt'])(
    'is refused: %j',
    (content) => {
      expect(refusal(content).code).toBe('transcript.unknown-format');
    },
  );

  it('is refused with a reason when it is cut off or not UTF-8', () => {
    expect(refusal('{"turns": [{"id": "t1", "text": "secret')).toMatchObject({
      code: 'transcript.malformed',
      en: expect.not.stringContaining('secret'),
    });
    expect(() => readTranscript(new Uint8Array([0x7b, 0xff, 0xfe]))).toThrow(/not-utf8/);
  });

  it('is told from a recording by its first bytes', () => {
    const head = (text: string) => looksLikeTranscript(new TextEncoder().encode(text));
    expect([head('WEBVTT\n'), head('{"version":1'), head(' {\n "turns"')]).toEqual([true, true, true]);
    expect([head('RIFF$..WAVEfmt '), head('ID3'), head('OggS'), head('WEBVTTX')]).toEqual([false, false, false, false]);
  });

  it('never ends in another error than a refusal, whatever the file holds', () => {
    const document = fc.oneof(
      fc.json(),
      fc.string().map((text) => `WEBVTT\n\n${text}`),
      fc.jsonValue().map((value) => JSON.stringify({ Transcript: [value] })),
      fc.jsonValue().map((value) => JSON.stringify({ segments: [value] })),
      fc.jsonValue().map((value) => JSON.stringify({ turns: [value], version: 1 })),
    );
    fc.assert(
      fc.property(document, (text) => {
        try {
          readTranscript(text);
        } catch (error) {
          expect(error).toBeInstanceOf(Refused);
        }
      }),
      { numRuns: 500 * Number(process.env.PLUMBLINE_TEST_SCALE ?? 1) },
    );
  });
});
