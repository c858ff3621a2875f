import { readKey } from './read-key.js';

const MOST_CHARACTERS = 60;
/** What would break a line, reverse the text around it or steer a terminal. */
const unseen = /[\p{Cc}\p{Cs}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;
/** A string that could be taken for another value, or for several arguments. */
const readsOtherwise = /^(?:$|"|(?:-?(?:\d+(?:\.\d+)?(?:e[+-]\d+)?n?|Infinity)|NaN|true|false|null|undefined)(?:, |$))/;

/** A key or an error as people read it, in one short line. It may be anything, and hostile. */
export function textOf(value: unknown): string {
  let text: string;
  try {
    text = written(value);
  } catch {
    text = 'something unreadable';
  }
  // Cut first: what is to be replaced may be long.
  const short = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text;
  return short.replace(unseen, (character) => `\\u{${(character.codePointAt(0) as number).toString(16)}}`);
}

function written(value: unknown): string {
  if (typeof value === 'string') {
    if (value[0] === '\x1f') return readKey(value);
    return readsOtherwise.test(value) ? JSON.stringify(value) : value;
  }
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  return (typeof value === 'object' ? JSON.stringify(value) : undefined) ?? String(value);
}
