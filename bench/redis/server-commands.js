import { redisCommand } from '../../scripts/redis-command.js';

/** How often the server was asked for what, while `use` ran; not counted is what it asked itself, in scripts. */
export async function countCommands(server, use) {
  await redisCommand(server.port, 'CONFIG', 'RESETSTAT');
  await use();
  const stats = String(await redisCommand(server.port, 'INFO', 'commandstats'));
  const counts = Object.fromEntries(
    [...stats.matchAll(/cmdstat_([^:]+):calls=(\d+)/g)].map(([, name, n]) => [name, Number(n)]),
  );
  const { eval: evals = 0, evalsha = 0, publish = 0, set = 0, get = 0, psetex = 0 } = counts;
  // A script that frees or renews a key calls these in turn.
  return { set, eval: evals + evalsha, publish, others: get + psetex - (evals + evalsha), counts };
}
