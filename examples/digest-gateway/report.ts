import type { Burst } from './clients/burst.js';
import type { NamedFile } from './folder.js';
import type { EveryoneLeft, LeaderLeft } from './scenes.js';

/** What one burst did, at the clients and at the origin. */
export interface Row extends Burst {
  readonly name: string;
  readonly runs: number;
  readonly bytesRead: number;
}

/** `folder` is `undefined` if the files are temporary. */
export function introduction(files: readonly NamedFile[], folder: string | undefined, requests: number): string {
  const size = bytes(files.reduce((sum, file) => sum + file.size, 0));
  return `${plural(requests, 'request')} at once for the SHA-256 of ${plural(files.length, 'file')}, ${size} together.
${
  folder === undefined
    ? 'The files are temporary: random bytes, removed at the end. To use your own: npm start -- FOLDER'
    : `The files are in ${folder}`
}`;
}

const HEAD = ['', 'requests', 'answers', 'origin runs', 'read from disk', 'wall time', 'p50', 'p99'];

export function table(rows: readonly Row[]): string {
  const lines = rows.map((row) => [
    row.name,
    count(row.requests),
    count(row.answers),
    count(row.runs),
    bytes(row.bytesRead),
    ...[row.wallTime, row.p50, row.p99].map(milliseconds),
  ]);
  const widths = HEAD.map((_, column) => Math.max(...[HEAD, ...lines].map((cells) => cells[column]?.length ?? 0)));
  const aligned = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return [HEAD, ...lines].map((cells) => cells.map(aligned).join('   ')).join('\n');
}

export function verdict(rows: readonly Row[]): string {
  const sum = (of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0);
  const right = sum((row) => row.right);
  const requests = sum((row) => row.requests);
  const [wrong] = rows.flatMap((row) => row.wrong ?? []);
  return `${count(right)} of ${plural(requests, 'request')} got the digest that node:crypto computes for the file.${
    wrong === undefined ? '' : `\nThe first wrong answer: ${wrong}`
  }`;
}

export function tellLeaderLeft({ file, others, right, runs, bytesRead }: LeaderLeft): string {
  return `The client that started a run hangs up
  ${others + 1} clients waited for ${file.file} (${bytes(file.size)}). The first hung up after ${bytes(bytesRead)} of it were read.
  The other ${others} got ${plural(right, 'correct digest')}, from ${plural(runs, 'run')} of the origin.`;
}

export function tellEveryoneLeft({ clients, runs, read }: EveryoneLeft): string {
  return `Every client hangs up
  ${clients} clients waited for ${read.file} (${bytes(read.size)}), sharing ${plural(runs, 'run')} of the origin. All hung up.
  The read was ${read.outcome} at ${bytes(read.bytesRead)}.`;
}

export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

export function count(value: number): string {
  return value.toLocaleString('en-US');
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

export function bytes(value: number): string {
  const unit = value < 1024 ? 0 : Math.floor(Math.log2(value) / 10);
  return `${(value / 1024 ** unit).toLocaleString('en-US', { maximumFractionDigits: 1 })} ${UNITS[unit] ?? ''}`;
}

function milliseconds(value: number): string {
  return Number.isNaN(value) ? '-' : `${value.toLocaleString('en-US', { maximumSignificantDigits: 3 })} ms`;
}
