import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync } from 'node:fs';

/** Runs a command, writes what it prints to the file `log`, and resolves with whether it succeeded. */
export async function run({ log, ...options }, command, ...args) {
  const file = openSync(log, 'a');
  try {
    const [code] = await once(spawn(command, args, { ...options, stdio: ['ignore', file, file] }), 'close');
    return code === 0;
  } finally {
    closeSync(file);
  }
}
