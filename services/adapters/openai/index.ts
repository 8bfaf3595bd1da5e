export { openAiRecogniser } from './recogniser.ts';
