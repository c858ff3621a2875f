import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Outcome } from './support/run-snippets.js';

const exec = promisify(execFile);
const folder = 'build/snippets';
const atOnce = 3;
const project = {
  compilerOptions: {
    target: 'ES2022',
    lib: ['ES2022', 'DOM'],
    module: 'NodeNext',
    types: ['jasmine', 'node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
  },
  include: ['*.mts'],
};

interface Snippet {
  readonly name: string;
  /** How it is fenced: `ts`, `ts jasmine`, `ts test` or `ts compiled`. */
  readonly fence: string;
  readonly code: string;
  readonly output: string | undefined;
}

/**
 * Every TypeScript block of the documentation and of the docstrings is compiled as a user's would be. A block fenced `ts` is then
 * run in Node, and its output compared; one fenced `ts jasmine` is run by jasmine, and one fenced `ts test` by `node --test`; one fenced
 * `ts compiled` is not run, since it needs a browser or a whole application, and neither are docstrings that import Angular: the specs
 * of spec/angular/ and of spec/examples/ do what those show. What shows NestJS is left to spec/nest/snippets.node.spec.ts.
 */
describe('Documentation', () => {
  const pages = ['README.md', ...filesOf('docs', '.md')];
  const sources = filesOf('src', '.ts').filter((file) => !file.startsWith('src/nest/'));
  const snippets = [
    ...pages
      .filter((page) => page !== 'docs/recipes/nestjs.md')
      .flatMap((page) => snippetsOf(page, readFileSync(page, 'utf8'))),
    ...sources.flatMap((file) => {
      return snippetsOf(file, uncommented(readFileSync(file, 'utf8'))).map((snippet) => {
        return snippet.code.includes('@angular/') ? { ...snippet, fence: 'ts compiled' } : snippet;
      });
    }),
  ];
  const outcomes = new Map<string, Outcome>();
  let jasmineOutput: string;
  let nodeOutput: string;
  let diagnostics: string[];

  beforeAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/tsconfig.json`, JSON.stringify(project));
    for (const { name, code } of snippets) {
      writeFileSync(`${folder}/${name}.mts`, `${code}\nexport {};\n`);
    }
    const compiled = await runNode(['node_modules/typescript-7.0/bin/tsc', '-p', folder]);
    diagnostics = compiled.split('\n').filter((line) => line !== '');

    const running = [
      runByJasmine(snippets.filter(({ fence }) => fence === 'ts jasmine')),
      runByNode(snippets.filter(({ fence }) => fence === 'ts test')),
      ...Array.from({ length: atOnce }, (_, lane) => {
        return run(snippets.filter(({ fence }) => fence === 'ts').filter((_, index) => index % atOnce === lane));
      }),
    ] as const;
    const [printed, printedByNode, ...lanes] = await Promise.all(running);
    jasmineOutput = printed;
    nodeOutput = printedByNode;
    for (const outcome of lanes.flat()) {
      outcomes.set(basename(outcome.file, '.mjs'), outcome);
    }
  }, 120_000);

  it('type-checks', () => {
    expect(diagnostics).toEqual([]);
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
      it(`prints what its comments state: ${name}`, () => {
        const { printed, error } = outcomes.get(name) ?? { printed: '', error: 'it was not run' };
        expect(error).toBeUndefined();
        expect(printed.trimEnd()).toBe(output ?? printed.trimEnd());
      });
    } else if (fence === 'ts jasmine') {
      it(`passes: ${name}`, () => {
        expect(jasmineOutput).toContain(' 0 failures');
      });
    } else if (fence === 'ts test') {
      it(`passes: ${name}`, () => {
        expect(nodeOutput).toMatch(/# tests [1-9]/);
        expect(nodeOutput).toContain('# fail 0\n# cancelled 0\n');
      });
    } else {
      it(`type-checks, and is not run: ${name}`, () => {
        expect(diagnostics.filter((line) => line.includes(`/${name}.mts(`))).toEqual([]);
      });
    }
  }
});

/** Runs compiled snippets, one after another. */
async function run(snippets: readonly Snippet[]): Promise<Outcome[]> {
  const lines = await runNode([support('run-snippets.js'), ...snippets.map(({ name }) => `${folder}/${name}.mjs`)]);
  return lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Outcome);
}

function runByJasmine(snippets: readonly Snippet[]): Promise<string> {
  const files = snippets.map(({ name }) => `${folder}/${name}.mjs`);
  return runNode(['node_modules/jasmine/bin/jasmine.js', `--helper=${support('angular.js')}`, ...files]);
}

function runByNode(snippets: readonly Snippet[]): Promise<string> {
  return runNode(['--test', '--test-reporter=tap', ...snippets.map(({ name }) => `${folder}/${name}.mjs`)]);
}

/** What it prints, on success or not. */
async function runNode(args: readonly string[]): Promise<string> {
  try {
    return (await exec(process.execPath, args)).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
    return stdout + stderr;
  }
}

function support(file: string): string {
  return fileURLToPath(new URL(`support/${file}`, import.meta.url));
}

function filesOf(root: string, extension: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension))
    .map((name) => `${root}/${name}`)
    .sort();
}

function snippetsOf(source: string, text: string): Snippet[] {
  return [...text.matchAll(/```(ts(?: (?!nest)\w+)?)\n(.*?)```/gs)].map(([, fence = '', code = ''], index) => ({
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
