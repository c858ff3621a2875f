import { byHand } from './by-hand.js';
import { herd } from './herd.js';
import { lateJoiner } from './late-joiner.js';
import { leaderLeaves } from './leader-leaves.js';
import { linger } from './linger.js';
import { readAfterWrite } from './read-after-write.js';
import type { Scene } from './scene.js';
import { sharedRetry } from './shared-retry.js';

export const scenes: readonly Scene[] = [herd, leaderLeaves, lateJoiner, sharedRetry, readAfterWrite, linger, byHand];

/** What the scene runs, out of the source of its file, with what that takes from packages; of the console, its class. */
export function codeIn(source: string): string {
  const [, play] = /^ {2}async play\(.*\n([^]*?)^ {2}},$/m.exec(source) ?? [];
  const body = play === undefined ? source.slice(source.indexOf('/** Does')) : play.replace(/^ {4}/gm, '').trimEnd();
  const imports = source.match(/^import .* from 'rxjs.*$/gm) ?? [];
  return [...imports, '', body].join('\n');
}
