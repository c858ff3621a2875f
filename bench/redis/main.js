/**
 * What flights by Redis cost beside the least that Redis asks for, and beside what stampedes are guarded with today. Prints tables; every ratio is of
 * figures of this one run. `npm run bench:redis -- lead follower herd fleet` asks some of it.
 */
import { findRedis, remedy } from '../../scripts/find-redis.js';
import { startRedis } from '../../scripts/redis-server.js';
import { installPeers } from '../install.js';
import { measureFleet } from './fleet.js';
import { measureFollower } from './follower.js';
import { measureHerd } from './herd.js';
import { measureLead } from './lead.js';

const measures = { lead: measureLead, follower: measureFollower, herd: measureHerd, fleet: measureFleet };
const words = process.argv.slice(2);
const unknown = words.filter((word) => !(word in measures));
const binary = await findRedis();
if (binary === undefined || unknown.length > 0) {
  console.error(
    binary === undefined ? `No Redis server found: ${remedy}.` : `There is no ${unknown}: ${Object.keys(measures)}.`,
  );
  process.exit(2);
}
installPeers();
for (const name of words.length > 0 ? words : Object.keys(measures)) {
  const server = await startRedis(binary);
  await measures[name](server);
  await server.stop();
}
