import type { HeardWord } from './heard-word.ts';
import type { RecognisedSegment, RecognisedWindow } from './ports.ts';
import type { Dropped, DropReason } from './transcript.ts';

/** Words that stay, and what was left out of the rest. */
export interface Sifted {
  readonly kept: readonly HeardWord[];
  readonly dropped: readonly Dropped[];
}

/**
 * Sentences that Whisper models write over silence, music and noise: credits of the subtitles they were trained on. Each is
 * matched against a whole segment without spaces and punctuation, so that a caller may say any of its words.
 */
const knownInventions: readonly RegExp[] = [
  /^(本?字幕|中文字幕|字幕(制作|製作|校对|校對|翻译|翻譯|志愿者?|志願者?|提供))(由|by|:)?.{0,24}$/u,
  /^(由|by)?.{0,16}(提供|制作|製作|整理)?字幕$/u,
  /^.{0,8}字幕(组|組|社区|社區|志愿者|志願者|by).{0,16}$/u,
  /^(请不吝|請不吝)?点赞.{0,4}订阅.{0,20}$/u,
  /^(请不吝|請不吝)?點贊.{0,4}訂閱.{0,20}$/u,
  /^.{0,6}(打赏支持|打賞支持)?明(镜|鏡)(与|與)(点点|點點).{0,6}$/u,
  /^(谢谢|謝謝|感谢|感謝|多谢|多謝)(大家|各位|您|你|你们|你們)?(的)?(观看|觀看|收看|收听|收聽)(我的|本)?(视频|視頻|影片|频道|頻道)?(下次(再)?(见|見))?$/u,
  /^(我们|我們)?下(期|个视频|個視頻|支影片)(再|节目再|節目再)?(见|見)$/u,
  /^(优优|優優)独?(獨)?播(剧|劇)(场|場).*$/u,
  /^(欢迎|歡迎)?(订阅|訂閱)(我的|我们的|我們的)?(频道|頻道).{0,12}$/u,
  /^(以下是|接下来是)?普通话的句子$/u,
  /^(thanks|thankyou)(so|very)?(much)?for(watching|listening|viewing)(this|the|my|our)?(video)?(everyone|everybody|andseeyounexttime)?$/u,
  /^(please)?(like(and)?|dontforgetto)?subscribe(to)?(my|our|the)?(channel)?(formore|andlike)?.{0,12}$/u,
  /^.{0,12}subtitles?(by|provided|created).{0,40}$/u,
  /^.{0,24}(amaraorg|amara\.org).{0,12}$/u,
  /^(transcribed|transcription|captions?|captioned|translated|translation)(by|ii).{0,40}$/u,
  /^(seeyou(all)?in(the|my)next(video|one)|illseeyou(guys)?in(the|my)?nextvideo)$/u,
  /^.{0,20}(copyright|©).{0,30}(allrightsreserved)?.{0,6}$/u,
  /^www[a-z0-9]{2,40}(com|org|net|cn)$/u,
  /^(mbc|kbs|sbs)?뉴스.*$/u,
  /^(시청해주셔서|구독과).*$/u,
  /^(ご視聴|ご清聴|チャンネル登録).*$/u,
];

/** Shortest runs that count as a loop: a word or two is said often (对对对, no no no), a sentence is not. */
const loopRepeats = { single: 8, pair: 6, longer: 4 } as const;

/** Segments below both limits hold no speech (the limits that Whisper's own decoder uses). */
const noSpeech = { probability: 0.6, logProbability: -1 } as const;

/** Text that compresses better than this repeats itself (the limit of Whisper's own decoder). */
const repeatingRatio = 2.4;
const runaway = /(\P{N}{1,16})\1{9}|(.{1,16})\2{19}/u;

/** True for an answer that fell into repeating itself and says more than its sound can hold. */
export function runsAway(answer: RecognisedWindow): boolean {
  return answer.segments.some((segment) => {
    const text = bare(segment.text);
    return text.length >= 24 && ((segment.compressionRatio ?? 0) > repeatingRatio || runaway.test(text));
  });
}

/** Letters and digits alone, lower case. */
function bare(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}©]/gu, '');
}

/**
 * Takes out of one window's words what nobody said: bracketed descriptions of sound, known sentences of the engine, repeated
 * stretches beyond their first, segments that the engine itself takes for silence, and an echo of the prompt.
 */
export function siftInventions(words: readonly HeardWord[], segments: readonly RecognisedSegment[], prompt?: string): Sifted {
  const reasons = new Map<HeardWord, DropReason>();
  markBracketed(words, reasons);
  for (const group of bySegment(words)) markSegment(group, segments[group[0]!.segment], prompt, reasons);
  markOverflow(words, segments, reasons);
  markLoops(
    words.filter((word) => !reasons.has(word)),
    reasons,
  );
  return { kept: words.filter((word) => !reasons.has(word)), dropped: stretches(words, reasons) };
}

function bySegment(words: readonly HeardWord[]): HeardWord[][] {
  const groups: HeardWord[][] = [];
  for (const word of words) {
    const last = groups.at(-1);
    if (last !== undefined && last[0]!.segment === word.segment) last.push(word);
    else groups.push([word]);
  }
  return groups;
}

function markSegment(
  group: readonly HeardWord[],
  segment: RecognisedSegment | undefined,
  prompt: string | undefined,
  reasons: Map<HeardWord, DropReason>,
): void {
  const mark = (reason: DropReason) => {
    for (const word of group) if (!reasons.has(word)) reasons.set(word, reason);
  };
  const text = bare(group.map((word) => word.text).join(''));
  if (text === '') return;
  if (knownInventions.some((known) => known.test(text))) mark('known-invention');
  else if (prompt !== undefined && bare(prompt) !== '' && text === bare(prompt)) mark('prompt');
  else if (segment !== undefined && soundsEmpty(segment, group)) mark('no-speech');
}

function soundsEmpty(segment: RecognisedSegment, group: readonly HeardWord[]): boolean {
  if ((segment.noSpeechProbability ?? 0) <= noSpeech.probability) return false;
  if ((segment.averageLogProbability ?? 0) < noSpeech.logProbability) return true;
  const confidences = group.map((word) => word.confidence).filter((confidence) => confidence !== undefined);
  return confidences.length > 0 && confidences.reduce((sum, confidence) => sum + confidence, 0) / confidences.length < 300;
}

const brackets: Readonly<Record<string, string>> = {
  '[': ']',
  '(': ')',
  '（': '）',
  '【': '】',
  '<': '>',
  '*': '*',
  '♪': '♪',
  '♫': '♫',
};

function markBracketed(words: readonly HeardWord[], reasons: Map<HeardWord, DropReason>): void {
  for (let i = 0; i < words.length; i += 1) {
    const opening = /^[[(（【<*♪♫]/u.exec(words[i]!.text)?.[0];
    if (opening === undefined) continue;
    const closing = brackets[opening]!;
    const end = words.findIndex((word, k) => k >= i && k < i + 12 && word.text.slice(k === i ? 1 : 0).includes(closing));
    if (end < 0) {
      if (opening === '♪' || opening === '♫') reasons.set(words[i]!, 'bracketed');
      continue;
    }
    for (let k = i; k <= end; k += 1) reasons.set(words[k]!, 'bracketed');
    i = end;
  }
}

/**
 * Repeats of a stretch of one to twelve words, beyond its first saying. Digits repeat (cards hold 1111) while a mouth can say
 * them. Repeats faster
 * than a mouth can speak count as a loop at once, others only when there are more of them than people say.
 */
function markLoops(words: readonly HeardWord[], reasons: Map<HeardWord, DropReason>): void {
  const texts = words.map((word) => bare(word.text));
  for (let i = 0; i < words.length; i += 1) {
    for (let size = 1; size <= 12 && i + 2 * size <= words.length; size += 1) {
      let repeats = 1;
      while (sameStretch(texts, i, i + repeats * size, size)) repeats += 1;
      if (repeats < 3 || !isLoop(words, texts, i, size, repeats)) continue;
      for (let k = i + size; k < i + repeats * size; k += 1) reasons.set(words[k]!, 'loop');
      i += repeats * size - 1;
      break;
    }
  }
}

/** Words of a runaway segment that take no time: what did not fit into the sound. */
function markOverflow(
  words: readonly HeardWord[],
  segments: readonly RecognisedSegment[],
  reasons: Map<HeardWord, DropReason>,
): void {
  const repeating = segments.map((segment) => runsAway({ language: undefined, text: '', segments: [segment], words: [] }));
  for (const word of words) {
    if (repeating[word.segment] === true && word.endMs - word.startMs < 40 && !reasons.has(word)) reasons.set(word, 'loop');
  }
}

function sameStretch(texts: readonly string[], a: number, b: number, size: number): boolean {
  if (b + size > texts.length) return false;
  for (let k = 0; k < size; k += 1) if (texts[a + k] !== texts[b + k] || texts[a + k] === '') return false;
  return true;
}

const digitWord = /^(\p{N}+|[零〇一二三四五六七八九幺]|zero|oh|o|one|two|three|four|five|six|seven|eight|nine|double|triple)+$/u;

function isLoop(words: readonly HeardWord[], texts: readonly string[], at: number, size: number, repeats: number): boolean {
  const stretch = texts.slice(at, at + size);
  const spoken = words[at + repeats * size - 1]!.endMs - words[at]!.startMs;
  const perRepeat = spoken / repeats;
  if (stretch.every((text) => digitWord.test(text))) return repeats * size >= 8 && perRepeat < 80 * size;
  const characters = stretch.join('').length;
  if (repeats >= 5 && perRepeat < 60 * size) return true;
  if (size === 1) return repeats >= loopRepeats.single;
  if (size === 2 || characters <= 3) return repeats >= loopRepeats.pair;
  return repeats >= loopRepeats.longer;
}

/** Neighbouring words that were left out for one reason, as one stretch. */
export function stretches(words: readonly HeardWord[], reasons: ReadonlyMap<HeardWord, DropReason>): Dropped[] {
  const out: { channel: number; startMs: number; endMs: number; reason: DropReason; words: number }[] = [];
  let previous: HeardWord | undefined;
  for (const word of words) {
    const reason = reasons.get(word);
    if (reason !== undefined) {
      const last = out.at(-1);
      if (last !== undefined && previous !== undefined && reasons.get(previous) === reason && previous.channel === word.channel) {
        last.endMs = Math.max(last.endMs, word.endMs);
        last.words += 1;
      } else out.push({ channel: word.channel, startMs: word.startMs, endMs: word.endMs, reason, words: 1 });
    }
    previous = word;
  }
  return out;
}
