import { fileURLToPath } from 'node:url';
import { entries } from './entries.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The webpack options by which karma bundles the specs, to be written into `folder`; packages in `modules` come first. */
export function specBundle(folder, modules = []) {
  return {
    mode: 'development',
    devtool: 'inline-source-map',
    stats: 'none',
    output: { path: folder },
    resolve: {
      alias: Object.fromEntries(entries.map(({ name, source }) => [`${name}$`, root + source])),
      modules: [...modules, 'node_modules'],
      extensions: ['.ts', '.js'],
      extensionAlias: { '.js': ['.ts', '.js'] },
    },
    module: {
      rules: [
        {
          test: /\.ts$/,
          loader: 'ts-loader',
          options: { transpileOnly: true, compilerOptions: { module: 'ESNext', moduleResolution: 'bundler' } },
        },
        // What package.json states about the library does not hold for these: an import for its side effect must stay.
        { include: [`${root}spec`, `${root}examples`], sideEffects: true },
      ],
    },
    plugins: [new KarmaWebpackMended()],
  };
}

/** Without this, karma-webpack splits bundles so that stack traces are not mapped, and goes on after compile errors. */
class KarmaWebpackMended {
  apply(compiler) {
    Object.assign(compiler.options.optimization, { splitChunks: false, runtimeChunk: false });
    compiler.hooks.done.tap('KarmaWebpackMended', (stats) => {
      if (!stats.hasErrors()) return;
      console.error(stats.toString('errors-only'));
      process.exit(1);
    });
  }
}
