import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';

/** The copy of the package that is tested with one version of NestJS. */
const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * What the page about NestJS and the docstrings show, in a CommonJS project like that of `nest new`: a block that begins with the
 * name of a file is that file, and the specs among them are run.
 */
describe('The snippets for NestJS', () => {
  const project = join(root, 'snippets');
  const files = new Map<string, string>();

  beforeAll(() => {
    rmSync(project, { recursive: true, force: true });
    const sources = [
      'README.md',
      'docs/recipes/nestjs.md',
      ...readdirSync(join(root, 'src/nest')).map((name) => `src/nest/${name}`),
    ];
    for (const source of sources.filter((name) => /\.(?:md|ts)$/.test(name) && !name.endsWith('.d.ts'))) {
      const text = readFileSync(join(root, source), 'utf8').replace(/^ \* ?/gm, '');
      for (const [index, [, code = '']] of [
        ...text.matchAll(source === 'README.md' ? /```ts nest\n(.*?)```/gs : /```ts\n(.*?)```/gs),
      ].entries()) {
        const [, named] = /^\/\/ (src\/\S+\.ts)\n/.exec(code) ?? [];
        files.set(join(project, named ?? `${source.replace(/\W/g, '-')}-${index + 1}.ts`), code);
      }
    }
    for (const [file, code] of files) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, code);
    }
    writeFileSync(join(project, 'package.json'), '{ "type": "commonjs" }');
    mkdirSync(join(project, 'node_modules'));
    symlinkSync(root, join(project, 'node_modules/rxjs-coalesce'), 'junction');
  });

  it('type-check, and the specs among them pass', async () => {
    expect(files.size).toBeGreaterThan(7);
    const program = ts.createProgram([...files.keys()], {
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
      module: ts.ModuleKind.NodeNext,
      types: ['jasmine', 'node'],
      strict: true,
      skipLibCheck: true,
      esModuleInterop: true,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
    });
    expect(
      ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
        return `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
      }),
    ).toEqual([]);
    program.emit();

    const specs = [...files.keys()]
      .filter((name) => name.endsWith('.spec.ts'))
      .map((name) => name.replace(/ts$/, 'js'));
    expect(specs.length).toBe(1);
    const { stdout } = await promisify(execFile)(process.execPath, ['node_modules/jasmine/bin/jasmine.js', ...specs]);
    expect(stdout).toContain('1 spec, 0 failures');
  }, 120_000);
});
