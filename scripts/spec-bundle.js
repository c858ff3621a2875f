import { build } from 'esbuild';
import { readdirSync } from 'node:fs';

/**
 * Bundles the specs for browsers, those of `spec/` or of a folder in it, into one file, so that all share one rxjs as they do in Node.
 * Packages are looked for from the folder `packages`.
 */
export async function bundleSpecs(outfile, { folder = 'spec', packages = '.' } = {}) {
  const specs = readdirSync(folder, { recursive: true })
    .filter((name) => /(?<!\.node)\.spec\.ts$/.test(name))
    .map((name) => `import './${folder}/${name.replaceAll('\\', '/')}';`);
  // From here on jasmine handles uncaught errors, and some specs expect one; karma would end the whole run at the first.
  const contents = [...specs.sort(), 'window.onerror = null;'].join('\n');
  await build({
    stdin: { contents, resolveDir: '.' },
    outfile,
    bundle: true,
    // As modules are, but run when it is loaded: karma does not wait for what a module awaits.
    format: 'iife',
    banner: { js: '"use strict";' },
    keepNames: true,
    target: 'es2022',
    sourcemap: 'inline',
    sourcesContent: false,
    // What package.json states about the library does not hold for specs: an import for its side effect must stay.
    ignoreAnnotations: true,
    plugins: [packagesFrom(packages)],
  });
}

function packagesFrom(folder) {
  return {
    name: 'packages',
    setup({ onResolve, resolve }) {
      onResolve({ filter: /^[^./]/ }, ({ path, kind, pluginData }) =>
        pluginData === folder ? undefined : resolve(path, { kind, resolveDir: folder, pluginData: folder }),
      );
    },
  };
}
