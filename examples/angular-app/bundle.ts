import { AngularWebpackPlugin } from '@ngtools/webpack';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import webpack, { type Configuration } from 'webpack';

const here = resolve('examples/angular-app');

/** Compiles the page ahead of time into the `folder`, and returns which files it is made of. */
export async function bundle(folder: string): Promise<Record<string, string>> {
  const configuration: Configuration = {
    mode: 'production',
    context: here,
    entry: './web/main.ts',
    output: { path: folder, filename: 'main.js' },
    resolve: { extensions: ['.ts', '.mjs', '.js'], extensionAlias: { '.js': ['.ts', '.js'] } },
    module: {
      rules: [
        { test: /\.ts$/, loader: '@ngtools/webpack' },
        {
          // Angular's own packages are published half compiled: the linker does the rest.
          test: /\.mjs$/,
          include: /@angular/,
          loader: 'babel-loader',
          options: {
            plugins: ['@angular/compiler-cli/linker/babel'],
            compact: false,
            babelrc: false,
            configFile: false,
            inputSourceMap: false,
          },
        },
      ],
    },
    plugins: [
      new AngularWebpackPlugin({ tsconfig: resolve(here, 'web/tsconfig.json') }),
      new webpack.DefinePlugin({ ngDevMode: false, ngJitMode: false, ngServerMode: false }),
    ],
    performance: false,
    // It is loaded from the next process: minimizing would take longer than it ever saves.
    optimization: { minimize: false },
  };
  const stats = await promisify<Configuration, webpack.Stats | undefined>(webpack)(configuration);
  if (stats === undefined || stats.hasErrors()) throw new Error(stats?.toString('errors-only'));
  return {
    '/': resolve(here, 'web/index.html'),
    '/styles.css': resolve(here, 'web/styles.css'),
    '/main.js': resolve(folder, 'main.js'),
  };
}
