import { performance } from 'node:perf_hooks';
import type { FileDigest } from '../folder.js';
import type { Answer } from '../http.js';
import { Client } from './client.js';

export interface Burst {
  readonly requests: number;
  readonly answers: number;
  /** Answers that hold the right digest. */
  readonly right: number;
  /** What the first request got that did not get the right digest. */
  readonly wrong: string | undefined;
  readonly wallTime: number;
  readonly p50: number;
  readonly p99: number;
}

const MOST_CONNECTIONS = 1_000;
/** As many connections as any system's queue of waiting ones has room for. */
const AT_A_TIME = 100;

/** Sends all requests at once, to each file in turn, and checks every answer. */
export async function burst(
  gateway: URL,
  files: readonly FileDigest[],
  requests: number,
  onAnswer: (answers: number) => void,
): Promise<Burst> {
  const clients = Array.from({ length: Math.min(requests, MOST_CONNECTIONS) }, () => new Client(gateway));
  for (let i = 0; i < clients.length; i += AT_A_TIME) {
    await Promise.all(clients.slice(i, i + AT_A_TIME).map((client) => client.connect()));
  }

  const times: number[] = [];
  let right = 0;
  let wrong: string | undefined;
  const start = performance.now();

  async function request(client: Client, { file, sha256 }: FileDigest): Promise<void> {
    try {
      const answer = await client.digest(file);
      onAnswer(times.push(performance.now() - start));
      if (digestIn(answer) === sha256) right += 1;
      else wrong ??= `${answer.status} ${answer.body.trim()}`;
    } catch (error) {
      wrong ??= (error as Error).message;
    }
  }
  const client = inTurn(clients);
  const file = inTurn(files);
  await Promise.all(Array.from({ length: requests }, () => request(client.next().value, file.next().value)));

  const wallTime = performance.now() - start;
  for (const client of clients) client.hangUp();
  // Answers came in the order of their times: all requests were sent at the start.
  return {
    requests,
    answers: times.length,
    right,
    wrong,
    wallTime,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
  };
}

export function digestIn({ status, body }: Answer): string | undefined {
  return status === 200 ? (JSON.parse(body) as { sha256: string }).sha256 : undefined;
}

function* inTurn<T>(items: readonly T[]): Generator<T, never> {
  for (;;) yield* items;
}

/** The smallest of `sorted` that `share` of them do not exceed. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
}
