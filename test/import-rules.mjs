// Checks who imports whom (.dependency-cruiser.mjs), and that the check looked at every module there is: a checker that
// sees no modules is green too.
import { readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';
import config from '../.dependency-cruiser.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);
const folders = ['language', 'phrases', 'ingest', 'transcribe', 'scoring', 'search', 'review', 'services', 'test'];

function* typescript(folder) {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return;
  }
  for (const entry of entries) {
    const at = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (at !== join('services', 'web') && entry.name !== 'node_modules') yield* typescript(at);
    } else if (entry.name.endsWith('.ts')) yield relative('.', at);
  }
}

const expected = new Set(folders.flatMap((folder) => [...typescript(folder)]));
const present = folders.filter((folder) => [...typescript(folder)].length > 0);
const { output } = await cruise(present, { ...config.options, ruleSet: { forbidden: config.forbidden }, validate: true });
const seen = new Map(output.modules.map((module) => [module.source, module]));
const missed = [...expected].filter((file) => !seen.has(file));
const edges = output.modules.reduce((sum, module) => sum + module.dependencies.length, 0);
if (missed.length > 0 || edges < expected.size) {
  console.error(
    `import rules: the checker did not look at ${missed.length} of ${expected.size} modules (${edges} imports seen), first: ${missed[0]}`,
  );
  process.exit(1);
}
// The web application speaks HTTP alone: of everything else it knows how an expression is cut into tokens, to colour it.
const web = await cruise(['services/web/src'], {
  ...config.options,
  exclude: { path: '^dist/' },
  enhancedResolveOptions: {
    ...config.options.enhancedResolveOptions,
    extensions: ['.ts', '.tsx', '.js', '.json', '.css'],
    conditionNames: ['import', 'style', 'browser', 'node', 'default'],
  },
  ruleSet: { forbidden: config.web },
  validate: true,
});
const ofWeb = web.output.modules.filter(({ source }) => source.startsWith('services/web/'));
if (!ofWeb.some(({ source }) => source.endsWith('main.tsx')) || ofWeb.length < 30) {
  console.error('import rules: the checker did not look at the web application');
  process.exit(1);
}

const violations = [...output.summary.violations, ...web.output.summary.violations];
const errors = violations.filter(({ rule }) => rule.severity === 'error');
for (const { rule, from, to } of errors) console.error(`import rules: ${from} may not import ${to} (${rule.name})`);
console.log(
  `import rules: ${expected.size} modules and ${ofWeb.length} of the web application, ${edges} imports, ${errors.length} forbidden`,
);
process.exit(errors.length > 0 ? 1 : 0);
