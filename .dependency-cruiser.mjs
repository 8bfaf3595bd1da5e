// Who may look where (docs/architecture of the house, in one file). Checked by test/import-rules.mjs.
const rooms = ['language', 'phrases', 'ingest', 'transcribe', 'scoring', 'search', 'review'];
// Each room may import the rooms upstream of it, through their index.ts alone, and the kernel.
const upstream = {
  language: [],
  phrases: ['language'],
  ingest: ['language'],
  transcribe: ['language', 'ingest'],
  scoring: ['language', 'phrases', 'ingest', 'transcribe'],
  search: ['language', 'phrases', 'ingest', 'transcribe', 'scoring'],
  review: ['language', 'phrases', 'ingest', 'transcribe', 'scoring', 'search'],
};
const notTests = '\\.test\\.ts$';
// Libraries that are pure functions over data; a room may use these and no other package.
const pureLibraries = '^node_modules/(zod|yaml|csv-parse|picomatch|pinyin-pro|opencc-js|canonicalize)/';

export default {
  forbidden: [
    ...rooms.flatMap((room) => [
      {
        name: `${room}-looks-upstream-only`,
        severity: 'error',
        from: { path: `^${room}/`, pathNot: notTests },
        to: {
          path: `^(${[...rooms, 'services', 'test'].join('|')})/`,
          pathNot: [`^${room}/`, '^services/kernel/index\\.ts$', ...upstream[room].map((other) => `^${other}/index\\.ts$`)],
        },
      },
      {
        name: `${room}-holds-no-driver-and-no-framework`,
        severity: 'error',
        from: { path: `^${room}/`, pathNot: notTests },
        to: { path: '^node_modules/', pathNot: pureLibraries },
      },
      {
        name: `${room}-does-no-io`,
        severity: 'error',
        from: { path: `^${room}/`, pathNot: notTests },
        to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|buffer|util)$' },
      },
    ]),
    {
      name: 'language-and-phrases-stand-alone',
      severity: 'error',
      from: { path: '^(language|phrases)/', pathNot: notTests },
      to: { path: '^services/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'kernel-looks-at-nothing',
      severity: 'error',
      from: { path: '^services/kernel/', pathNot: notTests },
      to: { path: `^(${rooms.join('|')}|services|test)/`, pathNot: '^services/kernel/' },
    },
    {
      name: 'runtime-knows-no-room',
      severity: 'error',
      from: { path: '^services/runtime/', pathNot: notTests },
      to: { path: `^(${rooms.join('|')}|services|test)/`, pathNot: '^services/(runtime/|kernel/index\\.ts$)' },
    },
    {
      name: 'only-main-wires-adapters',
      severity: 'error',
      from: { pathNot: ['^services/(adapters|main)/', '^test/', notTests] },
      to: { path: '^services/adapters/' },
    },
    {
      name: 'nothing-imports-main',
      severity: 'error',
      from: { pathNot: ['^services/main/', '^test/'] },
      to: { path: '^services/main/' },
    },
    {
      name: 'sql-lives-in-the-postgres-adapters',
      severity: 'error',
      from: { pathNot: ['^services/adapters/postgres', '^test/', notTests] },
      to: { path: '^node_modules/(pg|kysely)/' },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-test-in-the-product',
      severity: 'error',
      from: { pathNot: ['^test/', notTests] },
      to: { path: ['^test/', notTests] },
    },
  ],
  web: [
    {
      name: 'the-web-application-speaks-http-alone',
      severity: 'error',
      from: { path: '^services/web/', pathNot: notTests },
      to: {
        path: `^(${rooms.join('|')}|services|test)/`,
        pathNot: ['^services/web/', '^phrases/(lexer|source-text)\\.ts$'],
      },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: '^node_modules/' },
    exclude: { path: '^(dist|services/web)/' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
