import { filter, take } from 'rxjs';
import { promiseFrom } from 'rxjs-coalesce';
import { digestIn } from './clients/burst.js';
import { Client } from './clients/client.js';
import type { FileDigest } from './folder.js';
import type { Gateway } from './gateway.js';
import type { Origin, Read } from './origin.js';

export interface LeaderLeft {
  readonly file: FileDigest;
  readonly others: number;
  readonly right: number;
  readonly runs: number;
  /** Of the file, when the leader had hung up. */
  readonly bytesRead: number;
}

export interface EveryoneLeft {
  readonly clients: number;
  readonly runs: number;
  readonly read: Read;
}

const CLIENTS = 5;
/** Rather an error than a program that hangs. */
const PATIENCE = 60_000;

/** The client that started a run hangs up, the others stay. */
export async function leaderHangsUp(origin: Origin, gateway: Gateway, file: FileDigest): Promise<LeaderLeft> {
  const before = { runs: origin.runs, bytesRead: origin.bytesRead };
  const { hold, leader, others, answers } = await waitForOneRun(origin, gateway, file);

  const left = callersAre(CLIENTS - 1, gateway, file);
  leader.hangUp();
  await left;
  const bytesRead = origin.bytesRead - before.bytesRead;
  hold.release();

  const right = (await Promise.all(answers)).filter((answer) => digestIn(answer) === file.sha256).length;
  for (const client of others) client.hangUp();
  return { file, others: others.length, right, runs: origin.runs - before.runs, bytesRead };
}

/** Every client hangs up. */
export async function everyoneHangsUp(origin: Origin, gateway: Gateway, file: FileDigest): Promise<EveryoneLeft> {
  const runsBefore = origin.runs;
  const { hold, leader, others, answers } = await waitForOneRun(origin, gateway, file);

  const read = promiseFrom(origin.reads.pipe(take(1)), { signal: AbortSignal.timeout(PATIENCE) });
  for (const client of [leader, ...others]) client.hangUp();
  await Promise.allSettled(answers);
  const ended = await read;
  hold.release();
  return { clients: CLIENTS, runs: origin.runs - runsBefore, read: ended };
}

/** Clients that all wait for one run, which is held when it has read the first chunk of the file. */
async function waitForOneRun(origin: Origin, gateway: Gateway, file: FileDigest) {
  const hold = origin.holdAt('first chunk');
  const [leader, ...others] = Array.from({ length: CLIENTS }, () => new Client(gateway.url)) as [Client, ...Client[]];

  const over = leader.digest(file.file).then(({ body }) => {
    throw new Error(`${file.file} could not be held half read: ${body}`);
  });
  await Promise.race([hold.reached, over]);

  const joined = callersAre(CLIENTS, gateway, file);
  const answers = others.map((client) => client.digest(file.file));
  await joined;
  return { hold, leader, others, answers };
}

export function callersAre(callers: number, { inFlight }: Gateway, { file }: FileDigest): Promise<unknown> {
  const reached = inFlight.events.pipe(filter((event) => event.key === file && event.callers === callers));
  return promiseFrom(reached.pipe(take(1)), { signal: AbortSignal.timeout(PATIENCE) });
}
