import { execFile, type ExecFileException } from 'node:child_process';
import { promisify } from 'node:util';
import { handshakes } from './handshakes.js';

export interface Ping {
  readonly host: string;
  readonly success: boolean;
  readonly output: string;
  readonly error: string;
}

const run = promisify(execFile);

/** Runs `ping -c 4 HOST`. The signal kills it. */
export async function ping(host: string, signal: AbortSignal): Promise<Ping> {
  try {
    const { stdout, stderr } = await run('ping', ['-c', '4', host], { signal });
    return { host, success: true, output: stdout, error: stderr };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as ExecFileException;
    // A number is the exit code of a ping that ran.
    if (typeof code === 'number') return { host, success: false, output: stdout, error: stderr };
    if (code === 'ENOENT') return handshakes(host, signal);
    throw error;
  }
}
