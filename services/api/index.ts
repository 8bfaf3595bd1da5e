export { createApi, openApiDocument } from './app.ts';
export * from './ports.ts';
