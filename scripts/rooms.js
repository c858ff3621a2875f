/** The rooms of src/, one below the other, for the lint rules that hold imports to it. */
import { dirname } from 'node:path/posix';

/** Every room, and what it may import besides what these may: docs/how-it-works.md draws it. */
export const rooms = {
  keys: [],
  config: [],
  flight: ['config', 'keys'],
  coalesced: ['flight'],
  promises: ['coalesced'],
  operator: ['coalesced'],
  decorators: ['promises', 'coalesced'],
  angular: ['flight'],
  nest: ['promises'],
  across: ['flight'],
  'across/web': ['across'],
  'across/redis': ['across'],
  // It looks at flights from outside: besides types it has the events alone.
  timeline: ['config'],
};

/** What a room may import of types alone. */
export const typesOnly = { timeline: ['flight'] };

/** For the rule `no-restricted-paths`: what each room may not import. */
export function importZones() {
  return Object.keys(rooms).flatMap((room) => {
    const allowed = [room, ...below(room), ...(typesOnly[room] ?? [])];
    const inner = Object.keys(rooms).filter((other) => other.startsWith(`${room}/`));
    const message = `src/${room}/ imports what is below it: docs/how-it-works.md.`;
    const target = inner.length === 0 ? `./src/${room}` : `./src/${room}/*.ts`;
    return [
      { target, from: './src', except: allowed.map((other) => `./${other}`), message },
      // What is inside a room that it may import, and is a room of its own.
      ...Object.keys(rooms)
        .filter((other) => other.includes('/') && !allowed.includes(other) && allowed.includes(dirname(other)))
        .map((other) => ({ target, from: `./src/${other}`, message })),
    ];
  });
}

function below(room) {
  return [...new Set(rooms[room].flatMap((other) => [other, ...below(other)]))];
}
