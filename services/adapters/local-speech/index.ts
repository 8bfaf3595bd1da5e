export { provisionedSpeech, provisionSpeech, speechFolderOf, type SpeechHome, type SpeechProgress } from './provision.ts';
export { startLocalEndpoint } from './local-endpoint.ts';
