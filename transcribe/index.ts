export { mute, type MuteSpan } from './mute.ts';
export { buildPeaks, type Peaks, type PeaksBuilder, peaksSchema, readPeaks } from './peaks.ts';
export * from './ports.ts';
export * from './transcript.ts';
export * from './speech-metrics.ts';
