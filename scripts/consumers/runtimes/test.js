// Runs a command, and a Redis server beside it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [, , command, ...args] = process.argv;
const folder = mkdtempSync(join(tmpdir(), 'redis-'));
const REDIS_SOCKET = join(folder, 'redis.sock');
const redis = spawn(process.env.REDIS_SERVER ?? 'redis-server', [
  ...['--port', '0', '--unixsocket', REDIS_SOCKET, '--dir', folder, '--save', ''],
]);
try {
  const shell = process.platform === 'win32';
  const program = spawn(command, args, { stdio: 'inherit', shell, env: { ...process.env, REDIS_SOCKET } });
  [process.exitCode] = await once(program, 'close');
} finally {
  redis.kill();
  await once(redis, 'close');
  rmSync(folder, { recursive: true, force: true });
}
