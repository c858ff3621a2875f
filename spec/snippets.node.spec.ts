import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import ts from 'typescript';

const run = promisify(execFile);
const folder = 'build/snippets';

interface Snippet {
  readonly name: string;
  readonly code: string;
  readonly output: string | undefined;
}

/** Every TypeScript block of the documentation, and of the docstrings: compiled, run, and its output compared. */
describe('Documentation', () => {
  const snippets = [
    ...snippetsOf('README.md', readFileSync('README.md', 'utf8')),
    ...readdirSync('src')
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => snippetsOf(name, uncommented(readFileSync(`src/${name}`, 'utf8')))),
  ].filter(({ code }) => !code.includes('@angular/'));

  beforeAll(() => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const { name, code } of snippets) {
      writeFileSync(`${folder}/${name}.mts`, `${code}\nexport {};\n`);
    }
  });

  it('type-checks', () => {
    const program = ts.createProgram(
      snippets.map(({ name }) => `${folder}/${name}.mts`),
      {
        target: ts.ScriptTarget.ES2022,
        lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
        module: ts.ModuleKind.NodeNext,
        types: ['node'],
        strict: true,
        skipLibCheck: true,
      },
    );
    program.emit();
    const wrong = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
      return `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
    expect(wrong).toEqual([]);
  });

  for (const { name, output } of snippets) {
    it(`prints what it says: ${name}`, async () => {
      const { outputText } = ts.transpileModule(readFileSync(`${folder}/${name}.mts`, 'utf8'), {
        compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
      });
      writeFileSync(`${folder}/${name}.mjs`, outputText);
      const { stdout } = await run(process.execPath, [`${folder}/${name}.mjs`]);
      expect(stdout.trimEnd()).toBe(output ?? stdout.trimEnd());
    });
  }
});

function snippetsOf(source: string, text: string): Snippet[] {
  return [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ''], index) => ({
    name: `${source.replace(/\W/g, '-')}-${index + 1}`,
    code,
    output: /^\/\/ Output:\n(?<lines>(?:\/\/.*\n?)+)/m.exec(code)?.groups?.['lines']?.replace(/^\/\/ ?/gm, '').trimEnd(),
  }));
}

function uncommented(source: string): string {
  return source.replace(/^ *\* ?/gm, '');
}
