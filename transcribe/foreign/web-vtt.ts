import type { Layout, Transcript, Turn } from '../transcript.ts';
import { channelOf } from './call-analytics.ts';
import { malformed, withoutWords } from './refused-transcript.ts';
import { languageOfTag, rolesOfLabels } from './speaker-names.ts';

const format = 'WebVTT';

export function looksLikeWebVtt(text: string): boolean {
  return /^\uFEFF?WEBVTT(?:[ \t\r\n]|$)/u.test(text);
}

/**
 * WebVTT (W3C): cues with times and voice spans (`<v Agent>`). Cues of one voice that follow each other within 1.5 s are one
 * turn. Comments, styles and regions are passed over. A cue without a voice is of an unknown speaker.
 */
export function readWebVtt(text: string, layout: Layout): Transcript {
  const lines = text.replace(/^\uFEFF/u, '').split(/\r\n|\n|\r/u);
  const said: Said[] = [];
  let language: string | undefined;
  for (let i = 1; i < lines.length; i += 1) {
    const line = lines[i]!;
    language ??= languageOfTag(/^Language:\s*(.+)$/iu.exec(line)?.[1]);
    if (/^(NOTE|STYLE|REGION)(\s|$)/u.test(line)) {
      while (i + 1 < lines.length && lines[i + 1]!.trim() !== '') i += 1;
      continue;
    }
    if (!line.includes('-->')) continue;
    const { startMs, endMs } = cueTimes(line, i + 1);
    const payload: string[] = [];
    while (i + 1 < lines.length && lines[i + 1]!.trim() !== '') payload.push(lines[(i += 1)]!);
    said.push(...voices(payload.join('\n'), startMs, endMs));
  }
  const turns = turnsOf(said, layout);
  if (turns.length === 0) throw withoutWords(format);
  return {
    version: 1,
    language: language ?? 'und',
    durationMs: turns.reduce((end, turn) => Math.max(end, turn.endMs), 0),
    layout,
    turns,
    engine: { name: 'webvtt' },
  };
}

interface Said {
  readonly voice: string | undefined;
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
}

const timePattern = /^\s*((?:\d{2,}:)?\d{2}:\d{2}[.,]\d{3})\s+-->\s+((?:\d{2,}:)?\d{2}:\d{2}[.,]\d{3})(?:\s.*)?$/u;

function cueTimes(line: string, number: number): { startMs: number; endMs: number } {
  const match = timePattern.exec(line);
  const startMs = msOf(match?.[1]);
  const endMs = msOf(match?.[2]);
  if (startMs === undefined || endMs === undefined) {
    throw malformed(format, `line ${number}`, {
      zh: '时间应写作 00:00:00.000 --> 00:00:00.000',
      en: 'times are written 00:00:00.000 --> 00:00:00.000',
    });
  }
  if (endMs < startMs)
    throw malformed(format, `line ${number}`, { zh: '结束时间早于开始时间', en: 'the end is before the start' });
  return { startMs, endMs };
}

function msOf(time: string | undefined): number | undefined {
  const parts = time?.replace(',', '.').split(':');
  if (parts === undefined) return undefined;
  const [seconds, minutes, hours] = [Number(parts.at(-1)), Number(parts.at(-2)), Number(parts.at(-3) ?? 0)];
  if (minutes > 59 || seconds >= 60) return undefined;
  return Math.round(((hours * 60 + minutes) * 60 + seconds) * 1000);
}

/** A cue's voice spans; the cue's time is shared among them by their length. */
function voices(payload: string, startMs: number, endMs: number): Said[] {
  const parts: { voice: string | undefined; text: string }[] = [];
  let voice: string | undefined;
  let at = 0;
  const put = (raw: string) => {
    const text = plainText(raw);
    if (text !== '') parts.push({ voice, text });
  };
  for (const tag of payload.matchAll(/<v(?:\.[^\s>]*)?\s+([^>]*)>|<\/v>/gu)) {
    put(payload.slice(at, tag.index));
    voice = tag[1] === undefined ? undefined : plainText(tag[1]);
    at = tag.index + tag[0].length;
  }
  put(payload.slice(at));
  const length = parts.reduce((sum, part) => sum + part.text.length, 0);
  let before = 0;
  return parts.map((part) => {
    const from = startMs + Math.round(((endMs - startMs) * before) / length);
    before += part.text.length;
    return { ...part, startMs: from, endMs: startMs + Math.round(((endMs - startMs) * before) / length) };
  });
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', nbsp: ' ', lrm: '', rlm: '', quot: '"' };

function plainText(markup: string): string {
  return markup
    .replace(/<[^>]*>/gu, '')
    .replace(/&(amp|lt|gt|nbsp|lrm|rlm|quot);/gu, (_, name: string) => entities[name]!)
    .replace(/&#(?:x([0-9a-f]{1,6})|(\d{1,7}));/giu, (whole, hex: string | undefined, decimal: string | undefined) => {
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : whole;
    })
    .replace(/\s+/gu, ' ')
    .replace(/(?<=[\p{Script=Han}\u3000-\u303f\uff00-\uffef]) (?=[\p{Script=Han}])/gu, '')
    .trim();
}

const sameTurnMs = 1500;

function turnsOf(said: readonly Said[], layout: Layout): Turn[] {
  const roles = rolesOfLabels(said.map(({ voice: label, text }) => ({ label, text })));
  const turns: Turn[] = [];
  let voice: string | undefined;
  for (const part of said.toSorted((a, b) => a.startMs - b.startMs)) {
    const last = turns.at(-1);
    if (last !== undefined && part.voice !== undefined && part.voice === voice && part.startMs - last.endMs < sameTurnMs) {
      const space = /[\p{Script=Han}\u3000-\u303f\uff00-\uffef]$/u.test(last.text) ? '' : ' ';
      turns[turns.length - 1] = { ...last, endMs: Math.max(last.endMs, part.endMs), text: last.text + space + part.text };
      continue;
    }
    voice = part.voice;
    const { speaker, confidence } = roles.get(part.voice ?? '') ?? { speaker: 'unknown' as const, confidence: 0 };
    turns.push({
      id: `t${turns.length + 1}`,
      speaker,
      speakerConfidence: confidence / 1000,
      channel: speaker === 'unknown' ? 0 : channelOf(speaker, layout),
      startMs: part.startMs,
      endMs: part.endMs,
      text: part.text,
    });
  }
  return turns;
}
