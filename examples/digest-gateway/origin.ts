import { createHash } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { Subject, type Observable } from 'rxjs';
import { Hold } from './hold.js';
import { fileAskedFor, json, listen, notUnderstood, send, stop, type Answer } from './http.js';
import { inside } from './inside.js';

type Point = 'before opening' | 'first chunk';

/** How the reading of a file ended. */
export interface Read {
  readonly file: string;
  readonly size: number;
  readonly bytesRead: number;
  readonly outcome: 'complete' | 'cancelled' | 'failed';
}

export interface Origin {
  readonly url: URL;
  /** How often a digest was asked for. */
  readonly runs: number;
  readonly bytesRead: number;
  readonly reads: Observable<Read>;
  /** From now on runs wait before they open their file, or once they have its first chunk, until released. */
  holdAt(point: Point): Hold;
  close(): Promise<void>;
}

/** Computes the SHA-256 of the files in a folder, again for each request. */
export async function startOrigin(folder: string): Promise<Origin> {
  const root = await realpath(folder);
  const holds = new Map<Point, Hold>();
  const reads = new Subject<Read>();
  const streams = new Set<ReadStream>();
  let bytesOfEnded = 0;
  let runs = 0;

  async function digest(file: string, signal: AbortSignal): Promise<Answer> {
    const path = await inside(root, file);
    if (path === undefined) return json(400, { error: 'not a file inside the folder', file });
    const stats = await stat(path);
    if (!stats.isFile()) return json(404, { error: 'not a file', file });
    await holds.get('before opening')?.pass(signal);
    return json(200, { file, size: stats.size, sha256: await sha256(file, path, stats.size, signal) });
  }

  async function sha256(file: string, path: string, size: number, signal: AbortSignal): Promise<string> {
    // Small files, too, come in some chunks, so that they can be left half read.
    const stream = createReadStream(path, { signal, highWaterMark: Math.min(65_536, Math.ceil(size / 8) || 1) });
    const hash = createHash('sha256');
    let outcome: Read['outcome'] = 'failed';
    streams.add(stream);
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        hash.update(chunk);
        await holds.get('first chunk')?.pass(signal);
      }
      outcome = 'complete';
      return hash.digest('hex');
    } finally {
      if (signal.aborted) outcome = 'cancelled';
      streams.delete(stream);
      bytesOfEnded += stream.bytesRead;
      reads.next({ file, size, bytesRead: stream.bytesRead, outcome });
    }
  }

  // Which connections to keep is up to the gateway: one closed from here might just then be in use.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    const file = fileAskedFor(request);
    if (file === null) {
      send(response, notUnderstood);
      return;
    }
    runs += 1;
    const hungUp = new AbortController();
    response.on('close', () => hungUp.abort());
    void digest(file, hungUp.signal)
      .catch((error: unknown) => failure(file, error))
      .then((answer) => {
        if (!hungUp.signal.aborted) send(response, answer);
      });
  });

  return {
    url: await listen(server),
    get runs() {
      return runs;
    },
    get bytesRead() {
      return [...streams].reduce((sum, stream) => sum + stream.bytesRead, bytesOfEnded);
    },
    reads,
    holdAt(point) {
      const hold = new Hold(() => holds.delete(point));
      holds.set(point, hold);
      return hold;
    },
    close: () => stop(server),
  };
}

const NO_SUCH_FILE = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP']);

function failure(file: string, error: unknown): Answer {
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  return NO_SUCH_FILE.has(code) ? json(404, { error: 'no such file', file }) : json(500, { error: code, file });
}
