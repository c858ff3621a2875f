import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const { rooms } = (await import(pathToFileURL(resolve('scripts/rooms.js')).href)) as {
  rooms: Readonly<Record<string, readonly string[]>>;
};

/** The lint rules know only these rooms: another folder could import anything. */
describe('The rooms of src/', () => {
  it('are its folders', () => {
    const folders = readdirSync('src', { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath }) => parentPath.replaceAll('\\', '/').replace(/^src\/?/, ''))
      .filter((folder) => folder !== '');
    expect([...new Set(folders)].filter((folder) => !(folder in rooms))).toEqual([]);
  });

  it('import what the documentation lists', () => {
    const rows = readFileSync('docs/how-it-works.md', 'utf8').matchAll(/^\| `([\w/]+)` +\|[^|]+\|(.*)\|$/gm);
    const documented = [...rows].map(([, room = '', imports = '']) => {
      return [room, [...imports.matchAll(/`([\w/]+)`/g)].map(([, other = '']) => other)] as const;
    });
    expect(Object.fromEntries(documented)).toEqual({ ...rooms } as Record<string, string[]>);
  });

  it('have the files that the documentation names', () => {
    const pointers = readFileSync('docs/how-it-works.md', 'utf8').matchAll(/`(#?\w+)` in `([\w/-]+\.ts)`/g);
    const places = [...pointers].map(([, name = '', file = '']) => ({ name, file }));
    expect(places.length).toBeGreaterThan(3);
    expect(places.filter(({ name, file }) => !readFileSync(`src/${file}`, 'utf8').includes(name))).toEqual([]);
  });
});
