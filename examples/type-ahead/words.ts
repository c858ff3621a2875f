const words: readonly string[] = [
  'call',
  'caller',
  'cancel',
  'coalesce',
  'complete',
  'concurrent',
  'join',
  'key',
  'leader',
  'leave',
  'settle',
];

/** What a server answers that is asked for `/TERM`. */
export function wordsAt(path: string): string[] {
  return words.filter((word) => word.startsWith(decodeURIComponent(path.slice(1))));
}
