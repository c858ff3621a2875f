/**
 * A plugin of typedoc: has the pages of docs/ in the order and under the headings of docs/README.md, by their own titles; names modules
 * by what a user imports; and lets the scenes of the timeline play in the pages.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { buildSync } from 'esbuild';
import { Application, Converter, ReflectionKind } from 'typedoc';
import { entries } from './entries.js';

const contents = readFileSync('docs/README.md', 'utf8');
/** From the path of a page below docs/ to the heading that it is under. */
const groups = new Map([['README.md', 'Guide']]);
for (const section of contents.split(/^## /m)) {
  const [heading] = section.split('\n');
  for (const part of section.split(/^### /m)) {
    const [subheading] = part.split('\n');
    const group = subheading === heading ? heading : `${heading}: ${subheading.toLowerCase()}`;
    for (const [, path] of part.matchAll(/\]\(([^):#]+\.md)\)/g)) {
      if (!path.startsWith('..') && !groups.has(path)) groups.set(path, group);
    }
  }
}
for (const path of readdirSync('docs', { recursive: true, encoding: 'utf8' })) {
  if (path.endsWith('.md') && !groups.has(path)) groups.set(path, 'More');
}

/** A module is named by its file below the folder that all have in common. */
const imports = Object.fromEntries(
  entries.map(({ name, source }) => [source.replace(/^src\/(.*?)(\/?index)?\.ts$/, '$1') || 'index', name]),
);

export function load(app) {
  app.on(Application.EVENT_BOOTSTRAP_END, () => {
    const customJs = 'build/scenes.js';
    buildSync({ entryPoints: ['examples/timeline/site.ts'], outfile: customJs, bundle: true, minify: true });
    app.options.setValue('customJs', customJs);
    app.options.setValue(
      'projectDocuments',
      [...groups.keys()].map((path) => posix.join('docs', path)),
    );
    app.options.setValue('groupOrder', [...new Set(groups.values()), 'Modules']);
  });
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, page) => {
    const [, title] = /^# (.+)/.exec(page.content.map(({ text }) => text).join(''));
    page.frontmatter['group'] = groups.get(`${page.name}.md`);
    page.name = title.replaceAll('`', '');
  });
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (_context, declaration) => {
    if (declaration.kind === ReflectionKind.Module) declaration.name = imports[declaration.name];
  });
}
