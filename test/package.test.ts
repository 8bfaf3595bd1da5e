import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../services/kernel/index.ts';

const { exports } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
  readonly exports: Readonly<Record<string, string>>;
};
const built = Object.values(exports).every((file) => existsSync(join(packageRoot, file)));

describe.skipIf(!built)('the package as others get it (needs a build)', () => {
  const outside = mkdtempSync(join(tmpdir(), 'plumbline-outside-'));
  afterAll(() => rmSync(outside, { recursive: true, force: true }));

  /** Packs it as npm would and lays it where an import from `outside` finds it, with its dependencies. */
  function install(): void {
    execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', outside], { cwd: packageRoot });
    const archive = readdirSync(outside).find((name) => name.endsWith('.tgz'));
    if (archive === undefined) throw new Error('npm packed nothing');
    const place = join(outside, 'node_modules', 'plumbline');
    mkdirSync(place, { recursive: true });
    execFileSync('tar', ['xzf', join(outside, archive), '-C', place, '--strip-components=1']);
    symlinkSync(join(packageRoot, 'node_modules'), join(place, 'node_modules'));
    writeFileSync(join(outside, 'package.json'), '{"type":"module"}');
  }

  test('everything in `exports` can be imported and used, with its types', () => {
    install();
    writeFileSync(
      join(outside, 'uses.ts'),
      `import { normaliseText } from 'plumbline/language';
       import { compileRules, prepareTranscript, type SpokenTranscript } from 'plumbline/phrases';
       const call: SpokenTranscript = {
         language: 'zh',
         durationMs: 4000,
         turns: [{ id: 't1', speaker: 'agent', startMs: 0, endMs: 4000, text: '这款产品保證收益' }],
       };
       const [result] = compileRules([{ id: 'promise', expression: 'agent: "保证收益"' }]).match(prepareTranscript(call));
       const value: 'yes' | 'no' | 'perhaps' | undefined = result?.value;
       console.log(JSON.stringify([value, result?.hits[0]?.text, normaliseText('ＯＫ')]));`,
    );
    const typescript = join(packageRoot, 'node_modules', 'typescript', 'bin', 'tsc');
    const options = ['--module', 'nodenext', '--target', 'es2024', '--strict', '--skipLibCheck', '--types', ''];
    execFileSync(process.execPath, [typescript, ...options, 'uses.ts'], { cwd: outside, encoding: 'utf8' });
    const printed = execFileSync(process.execPath, ['uses.js'], { cwd: outside, encoding: 'utf8' });
    expect(JSON.parse(printed)).toEqual(['yes', '保證收益', 'ok']);
  });

  test('no test comes along', () => {
    expect(existsSync(join(outside, 'node_modules', 'plumbline', 'dist', 'test'))).toBe(false);
    expect(existsSync(join(outside, 'node_modules', 'plumbline', 'test'))).toBe(false);
  });
});
