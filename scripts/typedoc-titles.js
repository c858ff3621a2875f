/** A plugin of typedoc: lists pages by their own titles, in the folders that they are in, and modules by what a user imports. */
import { Converter, ReflectionKind } from 'typedoc';

const groups = { recipes: 'Recipes', migration: 'Coming from something else' };
const imports = { index: 'rxjs-coalesce', angular: 'rxjs-coalesce/angular', timeline: 'rxjs-coalesce/timeline' };

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
