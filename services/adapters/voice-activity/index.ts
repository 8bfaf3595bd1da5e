export { sileroVoiceActivity, type SileroOptions, type SileroVoiceActivity } from './silero.ts';
