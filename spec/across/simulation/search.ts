import { searcher } from '../../support/searcher.js';
import { render, schedules } from './schedule.js';
import { World } from './world.js';

/** Plays random schedules. Resolves with the law that is broken. */
export const search = searcher({
  schedules,
  play: (schedule) => World.play(schedule),
  render,
  command: 'npm run test:soak -- --across',
});
