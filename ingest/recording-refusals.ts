import { type BilingualText, Refused } from '../services/kernel/index.ts';

/** Every reason why a file can never become a call, in both languages. Codes are stable; texts never quote the file. */
const texts = {
  'audio.empty': {
    zh: '文件是空的，没有任何内容。请检查录音系统的导出，再重新投递。',
    en: 'The file is empty. Check the export of the recording system and deliver it again.',
  },
  'audio.header-only': {
    zh: '文件只有文件头，没有声音数据。录音可能没有真正开始。',
    en: 'The file has a header but no sound. The recording probably never started.',
  },
  'audio.truncated': {
    zh: '录音不完整：文件头声明的内容比实际内容多，文件在中途被截断。请重新投递完整的文件。',
    en: 'The recording is cut off: its container promises more than the file holds. Deliver the whole file again.',
  },
  'audio.silent': {
    zh: '整段录音都是静音，没有任何可听见的声音。请检查录音线路。',
    en: 'The whole recording is silent: nothing can be heard on any channel. Check the recording line.',
  },
  'audio.wrong-type': {
    zh: '这不是受支持的录音文件。支持 WAV、MP3、M4A/MP4、FLAC、Ogg（Opus、Vorbis）、WebM 和 AMR。',
    en: 'This is not a recording that can be read. WAV, MP3, M4A/MP4, FLAC, Ogg (Opus, Vorbis), WebM and AMR can.',
  },
  'audio.unsupported-codec': {
    zh: '文件的封装格式可以识别，但其中的音频编码不受支持。请改用受支持的编码重新导出。',
    en: 'The container is known, but the audio inside uses a codec that is not supported. Export it again in a supported one.',
  },
  'audio.no-audio-stream': {
    zh: '文件中没有音频轨道。',
    en: 'The file contains no audio stream.',
  },
  'audio.several-streams': {
    zh: '文件中有多条音频轨道，无法确定哪一条是通话。请导出为一条单声道或双声道的轨道。',
    en: 'The file contains several audio streams, and nothing says which one is the call. Export one stream of one or two channels.',
  },
  'audio.too-many-channels': {
    zh: '录音的声道多于两个。只支持单声道或双声道录音。',
    en: 'The recording has more than two channels. One or two are supported.',
  },
  'audio.sample-rate': {
    zh: '录音的采样率不在 8 kHz 到 48 kHz 之间。',
    en: 'The sample rate of the recording is not between 8 kHz and 48 kHz.',
  },
  'audio.too-long': {
    zh: '录音时长超过了设定的上限。',
    en: 'The recording is longer than the limit that is set.',
  },
  'audio.too-large': {
    zh: '文件大小超过了设定的上限。',
    en: 'The file is larger than the limit that is set.',
  },
  'audio.damaged': {
    zh: '文件已损坏，无法解码。请重新导出并投递。',
    en: 'The file is damaged and cannot be decoded. Export and deliver it again.',
  },
} as const satisfies Record<string, BilingualText>;

export type RecordingRefusalCode = keyof typeof texts;

export const recordingRefusalCodes = Object.keys(texts) as readonly RecordingRefusalCode[];

/** The refusal of a recording, ready to throw. `cause` is for diagnostics alone and is never shown. */
export function refuseRecording(code: RecordingRefusalCode, cause?: unknown): Refused {
  return new Refused({ code, text: texts[code] }, cause);
}
