import { registerHooks } from 'node:module';

/**
 * The types of the HTTP interface as the web application knows them. Its generator prints with the compiler's JavaScript
 * interface, which the compiler that we build with no longer has: it is given the one that another package carries.
 */
export async function openApiTypes(document: unknown): Promise<string> {
  const carried = import.meta.resolve('@ts-morph/common');
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'typescript' ? { url: 'virtual:typescript', format: 'module', shortCircuit: true } : next(specifier, context),
    load: (url, context, next) =>
      url === 'virtual:typescript'
        ? {
            format: 'module',
            source: `import carried from ${JSON.stringify(carried)}; export default carried.ts;`,
            shortCircuit: true,
          }
        : next(url, context),
  });
  try {
    const { astToString, default: generate } = await import('openapi-typescript');
    const ast = await generate(JSON.stringify(document), { alphabetize: true, immutable: false });
    return `// Written by npm run generate from schemas/openapi.json.\n${astToString(ast)}`;
  } finally {
    hooks.deregister();
  }
}
