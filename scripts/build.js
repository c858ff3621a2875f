/**
 * Compiles src/ to dist/: every module as ESM (`.mjs`) and, but for those beside an entry point that is ESM only, as CommonJS (`.cjs`),
 * each with its own declarations and source maps. By their extension a tool knows the format, whatever it makes of package.json.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import ts from 'typescript';
import { hasCommonJs } from './entries.js';

const { fileNames, options } = ts.getParsedCommandLineOfConfigFile('scripts/tsconfig.build.json', undefined, {
  ...ts.sys,
  onUnRecoverableConfigFileDiagnostic: (diagnostic) => fail([diagnostic]),
});
const host = parsingOnce(ts.createCompilerHost(options));

const esm = ts.createProgram(fileNames, options, host);
const cjs = ts.createProgram(
  fileNames.filter((name) => hasCommonJs(relative('.', name).replaceAll('\\', '/'))),
  // `import type` is written where a type is imported: no import is left out because of what it means.
  {
    ...options,
    module: ts.ModuleKind.CommonJS,
    verbatimModuleSyntax: false,
    declaration: false,
    declarationMap: false,
  },
  host,
);
const diagnostics = ts.getPreEmitDiagnostics(esm);
if (diagnostics.length > 0) fail(diagnostics);

esm.emit(undefined, (name, text, _mark, _error, [{ fileName }]) => {
  write('m', name, text);
  if (/\.d\.ts(\.map)?$/.test(name) && cjs.getSourceFile(fileName)) write('c', name, text);
});
cjs.emit(undefined, (name, text) => write('c', name, text));

/** Writes what was emitted for `x.js` or `x.d.ts` as `x.mjs` or `x.d.mts`, and so for the modules that it imports. */
function write(letter, name, text) {
  const path = lettered(letter, name);
  const renamed = name.endsWith('.map')
    ? JSON.stringify({ ...JSON.parse(text), file: lettered(letter, JSON.parse(text).file) })
    : text
        .replace(/\b((?:from|import|require)[ (]*)(["'])(\.\.?\/[^"']+\.js)\2/g, (_, before, quote, specifier) => {
          return before + quote + lettered(letter, specifier) + quote;
        })
        .replace(/(?<=^\/\/# sourceMappingURL=).*/m, (map) => lettered(letter, map));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, renamed);
}

function lettered(letter, name) {
  return name.replace(/([jt]s)(\.map)?$/, `${letter}$1$2`);
}

function parsingOnce(host) {
  const parsed = new Map();
  const getSourceFile = (name, ...rest) => {
    if (!parsed.has(name)) parsed.set(name, host.getSourceFile(name, ...rest));
    return parsed.get(name);
  };
  return { ...host, getSourceFile };
}

function fail(diagnostics) {
  console.error(ts.formatDiagnosticsWithColorAndContext(diagnostics, ts.createCompilerHost({})));
  process.exit(1);
}
