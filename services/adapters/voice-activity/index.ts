export { sileroVoiceActivity } from './silero.ts';
