import { build } from 'esbuild';

/** The scripts by which specs steer pages and workers, by their paths on a server. */
export async function puppetScripts(): Promise<ReadonlyMap<string, string>> {
  const { outputFiles } = await build({
    entryPoints: ['build/spec/support/puppet-page.js', 'build/spec/support/puppet-worker.js'],
    bundle: true,
    write: false,
    outdir: '/',
    format: 'iife',
  });
  return new Map(outputFiles.map(({ path, text }) => [path.replace(/^.*(?=\/)/, ''), text]));
}
