/** A plugin of typedoc: lists pages by their own titles, in the folders that they are in, and modules by what a user imports. */
import { Converter, ReflectionKind } from 'typedoc';
import { entries } from './entries.js';

const groups = { recipes: 'Recipes', migration: 'Coming from something else' };
/** A module is named by its file below the folder that all have in common. */
const imports = Object.fromEntries(
  entries.map(({ name, source }) => [source.replace(/^src\/(.*?)(\/?index)?\.ts$/, '$1') || 'index', name]),
);

export function load({ converter }) {
  converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, page) => {
    const [folder] = page.name.split('/');
    const [, title] = /^# (.+)/.exec(page.content.map(({ text }) => text).join(''));
    page.name = title;
    page.frontmatter['group'] = groups[folder] ?? 'Guide';
  });
  converter.on(Converter.EVENT_CREATE_DECLARATION, (_context, declaration) => {
    if (declaration.kind === ReflectionKind.Module) declaration.name = imports[declaration.name];
  });
}
