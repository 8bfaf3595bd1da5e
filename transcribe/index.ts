export * from './ports.ts';
export * from './transcript.ts';
export * from './speech-metrics.ts';
