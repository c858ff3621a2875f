/** Starts Redis servers that listen on 127.0.0.1 alone, keep nothing on disk, and end with this process, however that ends. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { redisCommand } from './redis-command.js';

// The shell reads until this process closes the pipe or is gone. Then it ends the server, and removes its folder.
const guard = `folder=$1; shift; "$@" </dev/null & server=$!; read -r _; kill -9 $server; wait $server 2>/dev/null; rm -rf "$folder"`;

/**
 * Starts a server by the binary's path, on a free port unless `port` is given; `args` are further options, such as `--maxmemory 1mb`.
 *
 * `stop()` ends it at once, as a crash would. `start()` starts it again, at the same port and with nothing in it.
 */
export async function startRedis(binary, { port, args = [] } = {}) {
  for (let attempt = 1; ; attempt++) {
    const chosen = port ?? (await freePort());
    try {
      const server = { port: chosen, url: `redis://127.0.0.1:${chosen}`, stop: await run(binary, chosen, args) };
      server.start = async (others = args) => void (server.stop = await run(binary, chosen, others));
      return server;
    } catch (error) {
      // Another process may have taken the port meanwhile.
      if (port !== undefined || attempt === 5) throw error;
    }
  }
}

/** Starts servers as one cluster, each with an equal share of the slots and no replica. */
export async function startRedisCluster(binary, { nodes = 3 } = {}) {
  const servers = await Promise.all(
    Array.from({ length: nodes }, async () => {
      const busPort = await freePort();
      return startRedis(binary, {
        args: ['--cluster-enabled', 'yes', '--cluster-port', String(busPort), '--cluster-node-timeout', '2000'],
      });
    }),
  );
  const command = (server, ...words) => redisCommand(server.port, ...words);
  const share = 16384 / nodes;
  for (const [i, server] of servers.entries()) {
    const range = [Math.ceil(i * share), Math.ceil((i + 1) * share) - 1];
    await command(server, 'CLUSTER', 'ADDSLOTSRANGE', ...range.map(String));
    const [port, busPort] = [server.port, (await command(server, 'CONFIG', 'GET', 'cluster-port')).at(-1)];
    for (const other of servers) {
      if (other !== server) await command(other, 'CLUSTER', 'MEET', '127.0.0.1', String(port), busPort);
    }
  }
  for (const server of servers) {
    while (!String(await command(server, 'CLUSTER', 'INFO')).includes('cluster_state:ok')) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    while (String(await command(server, 'CLUSTER', 'NODES')).split(' connected').length - 1 < nodes) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  return { servers, stop: () => Promise.all(servers.map((server) => server.stop())) };
}

/** Starts a Sentinel that watches a server by the name `primary`. */
export async function startRedisSentinel(binary, server) {
  const port = await freePort();
  const config = `sentinel monitor primary 127.0.0.1 ${server.port} 1\n`;
  return { port, stop: await run(binary, port, [], config) };
}

async function run(binary, port, args, sentinel) {
  const folder = await mkdtemp(join(tmpdir(), 'redis-'));
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--daemonize', 'no'];
  if (sentinel === undefined) {
    options.push('--save', '');
  } else {
    // It writes what it finds to that file.
    await writeFile(join(folder, 'sentinel.conf'), sentinel);
    options.unshift(join(folder, 'sentinel.conf'), '--sentinel');
  }
  const shell = spawn('/bin/sh', ['-c', guard, 'sh', folder, binary, ...options, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // An interrupt at the terminal is for this process, which ends the server when it has ended itself.
    detached: true,
  });
  const gone = once(shell, 'exit');
  const stop = async () => {
    shell.ref();
    shell.stdin.end();
    await gone;
  };
  const lines = [];
  try {
    await new Promise((resolve, reject) => {
      createInterface(shell.stdout).on('line', (line) => {
        lines.push(line);
        if (/Ready to accept connections|Sentinel ID is/.test(line)) resolve();
      });
      shell.stdout.on('end', () => reject(new Error(`The Redis server has ended: ${lines.slice(-3).join('\n')}`)));
      shell.on('error', reject);
    });
  } catch (error) {
    await stop();
    throw error;
  }
  // Its later output is read, since it would wait otherwise, but keeps no program from ending.
  shell.stdout.unref();
  shell.stdin.unref();
  shell.unref();
  return stop;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
