import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';

/** Where `name` really is, links followed; nothing if that is not inside `folder`, a real path itself. */
export async function inside(folder: string, name: string): Promise<string | undefined> {
  if (isAbsolute(name) || name.includes('\0') || !contains(folder, resolve(folder, name))) return undefined;
  const path = await realpath(resolve(folder, name));
  return contains(folder, path) ? path : undefined;
}

function contains(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
