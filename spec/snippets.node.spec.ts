import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';

const exec = promisify(execFile);
const folder = 'build/snippets';
const atOnce = 3;

interface Snippet {
  readonly name: string;
  /** How it is fenced: `ts`, `ts jasmine` or `ts compiled`. */
  readonly fence: string;
  readonly code: string;
  readonly output: string | undefined;
}

/**
 * Every TypeScript block of the documentation and of the docstrings is compiled as a user's would be. A block fenced `ts` is then
 * run in Node, and its output compared; one fenced `ts jasmine` is run by jasmine; one fenced `ts compiled` is not run, since it needs
 * a browser or a whole application, and neither are docstrings that import Angular: the specs of spec/angular/ and of
 * spec/examples/ do what those show.
 */
describe('Documentation', () => {
  const pages = ['README.md', ...filesOf('docs', '.md')];
  const snippets = [
    ...pages.flatMap((page) => snippetsOf(page, readFileSync(page, 'utf8'))),
    ...filesOf('src', '.ts').flatMap((file) => {
      return snippetsOf(file, uncommented(readFileSync(file, 'utf8'))).map((snippet) => {
        return snippet.code.includes('@angular/') ? { ...snippet, fence: 'ts compiled' } : snippet;
      });
    }),
  ];
  const outcomes = new Map<string, Promise<string>>();
  let diagnostics: readonly ts.Diagnostic[];

  beforeAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const { name, code } of snippets) {
      writeFileSync(`${folder}/${name}.mts`, `${code}\nexport {};\n`);
    }
    const program = ts.createProgram(
      snippets.map(({ name }) => `${folder}/${name}.mts`),
      {
        target: ts.ScriptTarget.ES2022,
        lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
        module: ts.ModuleKind.NodeNext,
        types: ['jasmine', 'node'],
        strict: true,
        skipLibCheck: true,
      },
    );
    program.emit();
    diagnostics = ts.getPreEmitDiagnostics(program);

    const waiting = snippets.filter(({ fence }) => fence !== 'ts compiled');
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (let snippet = waiting.shift(); snippet !== undefined; snippet = waiting.shift()) {
          const outcome = run(snippet);
          outcomes.set(snippet.name, outcome);
          await outcome.catch(() => undefined);
        }
      }),
    );
  }, 120_000);

  it('type-checks', () => {
    expect(
      diagnostics.map(({ file, messageText }) => {
        return `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
      }),
    ).toEqual([]);
  });

  it('links to files that exist', () => {
    const missing = pages.flatMap((page) => {
      return [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:)(?<path>[^)#]+)/g)]
        .map(({ groups }) => groups?.['path'] ?? '')
        .filter((path) => !existsSync(join(dirname(page), path)))
        .map((path) => `${page}: ${path}`);
    });
    expect(missing).toEqual([]);
  });

  for (const { name, fence, output } of snippets) {
    if (fence === 'ts') {
      it(`prints what it says: ${name}`, async () => {
        const printed = await outcomes.get(name);
        expect(printed).toBe(output ?? printed);
      });
    } else if (fence === 'ts jasmine') {
      it(`passes: ${name}`, async () => {
        expect(await outcomes.get(name)).toContain(' 0 failures');
      });
    }
  }
});

/** Runs a compiled snippet, and resolves with what it prints. */
async function run({ name, fence, code }: Snippet): Promise<string> {
  const jasmine = [
    'node_modules/jasmine/bin/jasmine.js',
    ...(code.includes('@angular/')
      ? [`--helper=${fileURLToPath(new URL('support/angular.js', import.meta.url))}`]
      : []),
  ];
  const { stdout } = await exec(process.execPath, [
    ...(fence === 'ts jasmine' ? jasmine : []),
    `${folder}/${name}.mjs`,
  ]);
  return stdout.trimEnd();
}

function filesOf(root: string, extension: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension))
    .map((name) => `${root}/${name}`)
    .sort();
}

function snippetsOf(source: string, text: string): Snippet[] {
  return [...text.matchAll(/```(ts(?: \w+)?)\n(.*?)```/gs)].map(([, fence = '', code = ''], index) => ({
    name: `${source.replace(/\W/g, '-')}-${index + 1}`,
    fence,
    code,
    output: /^\/\/ Output:\n(?<lines>(?:\/\/.*\n?)+)/m
      .exec(code)
      ?.groups?.['lines']?.replace(/^\/\/ ?/gm, '')
      .trimEnd(),
  }));
}

function uncommented(source: string): string {
  return source.replace(/^ *\* ?/gm, '');
}
