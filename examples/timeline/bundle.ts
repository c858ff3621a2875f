import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import webpack, { type Configuration } from 'webpack';

const here = resolve('examples/timeline');

/** Compiles the page into the `folder`, and says which files it is made of. */
export async function bundle(folder: string): Promise<Record<string, string>> {
  const configuration: Configuration = {
    mode: 'production',
    context: here,
    entry: './page.ts',
    output: { path: folder, filename: 'page.js' },
    resolve: { extensions: ['.ts', '.js'], extensionAlias: { '.js': ['.ts', '.js'] } },
    module: {
      rules: [
        {
          test: /\.ts$/,
          loader: 'ts-loader',
          options: { transpileOnly: true, compilerOptions: { module: 'ESNext', moduleResolution: 'bundler' } },
        },
      ],
    },
    performance: false,
    // It is loaded from the next process: minimizing would take longer than it ever saves.
    optimization: { minimize: false },
  };
  const stats = await promisify<Configuration, webpack.Stats | undefined>(webpack)(configuration);
  if (stats === undefined || stats.hasErrors()) throw new Error(stats?.toString('errors-only'));
  // The page shows the code of a scene as it is written.
  const sources = readdirSync(resolve(here, 'scenes')).map((name) => [
    `/scenes/${name}`,
    resolve(here, 'scenes', name),
  ]);
  return {
    '/': resolve(here, 'page.html'),
    '/page.css': resolve(here, 'page.css'),
    '/page.js': resolve(folder, 'page.js'),
    '/console.ts': resolve(here, 'console.ts'),
    ...(Object.fromEntries(sources) as Record<string, string>),
  };
}
