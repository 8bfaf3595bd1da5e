export { createApi, openApiDocument } from './app.ts';
export * from './ports.ts';
export { answerSearch, type SearchAnswer, type SearchQuestion } from './search-answer.ts';
export { ApiProblem } from './problem.ts';
