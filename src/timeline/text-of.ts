import { readKey } from './read-key.js';

const MOST_CHARACTERS = 60;
/** Characters that would break the line, reverse the text around them or control a terminal. */
const unseen = /[\p{Cc}\p{Cs}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;
/** Strings that look like another value, or like several arguments. */
const readsOtherwise = /^(?:$|"|(?:-?(?:\d+(?:\.\d+)?(?:e[+-]\d+)?n?|Infinity)|NaN|true|false|null|undefined)(?:, |$))/;

/** Prints a key or an error in one short line. The value may be anything, even hostile. */
export function textOf(value: unknown): string {
  let text: string;
  try {
    text = written(value);
  } catch {
    text = 'something unreadable';
  }
  // Cut the text first, because replacing characters in a long text takes time.
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
