export { openAiRecogniser, type OpenAiRecogniserOptions, type RecogniserAddress } from './recogniser.ts';
