export * from './ports.ts';
export * from './transcript.ts';
