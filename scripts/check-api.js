/** Compares the public API of each entry point with its golden report; `--update` writes the reports. */
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { entries } from './entries.js';

const { values } = parseArgs({ options: { update: { type: 'boolean', default: false } } });
mkdirSync('build/api', { recursive: true });

for (const { name, types } of entries) {
  // NestJS' own declarations need those of Node.
  const needed = name.endsWith('/nest') ? ['node'] : [];
  if (!reportIsRight(name.replace('/', '-'), types, needed)) process.exitCode = 1;
}

function reportIsRight(reportName, types, needed) {
  const config = ExtractorConfig.prepare({
    packageJsonFullPath: resolve('package.json'),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: resolve('.'),
      mainEntryPointFilePath: types,
      newlineKind: 'lf',
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'ES2022',
            lib: ['ES2022', 'DOM', 'ESNext.Disposable'],
            module: 'NodeNext',
            strict: true,
            types: needed,
          },
          files: [types],
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: `${reportName}.api.md`,
        includeForgottenExports: true,
        reportFolder: 'spec/public-api',
        reportTempFolder: 'build/api',
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        extractorMessageReporting: {
          default: { logLevel: 'error' },
          // The report has these types, though nobody can import them.
          'ae-forgotten-export': { logLevel: 'none' },
          'ae-missing-release-tag': { logLevel: 'none' },
          // typedoc checks both, and neither asks for a comment on each overload nor for links in a notation of its own.
          'ae-undocumented': { logLevel: 'none' },
          'ae-unresolved-link': { logLevel: 'none' },
        },
        tsdocMessageReporting: { default: { logLevel: 'error' } },
      },
    },
  });
  const { succeeded, apiReportChanged } = Extractor.invoke(config, { localBuild: values.update });
  if (apiReportChanged && !values.update) {
    console.error('Compare build/api/ with spec/public-api/; `npm run api:update` if the change is meant.');
  }
  return succeeded;
}
