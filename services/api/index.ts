export { createApi, openApiDocument } from './app.ts';
export { type Action, authorise, isContent, localPerson, type ObjectKind, type Person } from './authorise.ts';
export * from './ports.ts';
