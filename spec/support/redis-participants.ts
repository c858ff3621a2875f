import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { RedisConfig } from '../../src/across/redis/redis-config.js';
import { until } from './until.js';

/** What a run does: emits values, once a server that it asks has answered if there is one, and then ends or does not. */
export interface Run {
  readonly values: readonly unknown[];
  readonly end: 'complete' | 'error' | 'never';
  readonly after?: string;
}

export type Notification =
  | readonly ['next', unknown]
  | readonly ['error', { name: string; message: string } | undefined, string?]
  | readonly ['complete'];

export interface CallOptions {
  readonly callers?: number;
  readonly face?: 'observable' | 'promise';
}

export type Order =
  | {
      readonly type: 'open';
      readonly url: string;
      readonly client: string;
      readonly name: string;
      readonly config: RedisConfig;
    }
  | ({ readonly type: 'call'; readonly call: number; readonly key: unknown; readonly run: Run } & Required<CallOptions>)
  | { readonly type: 'leave'; readonly call: number }
  | { readonly type: 'forget'; readonly key: unknown }
  | { readonly type: 'abort'; readonly key: unknown; readonly reason: unknown }
  | { readonly type: 'close' | 'exit' };

export type Report =
  | { readonly type: 'open' | 'closed' }
  | { readonly type: 'run' | 'torn down'; readonly key: unknown }
  | { readonly type: 'event'; readonly event: FlightReport }
  | { readonly type: 'received'; readonly call: number; readonly received: Notification }
  | { readonly type: 'ended'; readonly call: number; readonly outcomes: readonly Outcome[] };

export interface FlightReport {
  readonly type: string;
  readonly key: unknown;
  readonly callers: number;
  readonly error?: string | undefined;
}

/** How many callers of a call received these notifications. */
export interface Outcome {
  readonly callers: number;
  readonly received: readonly Notification[];
}

/** Equal calls made in a participant. */
export interface RemoteCall {
  /** What the first caller has received. */
  readonly received: readonly Notification[];
  /** Resolves when all callers have been notified of an end: with what they received, and how many of them. */
  readonly ended: Promise<readonly Outcome[]>;
  leave(): void;
}

/** A process of its own that takes part in flights by Redis. */
export class RedisParticipant {
  readonly #process: ChildProcess;
  #calls: { received: Notification[]; end: (outcomes: readonly Outcome[]) => void }[] = [];
  /** The keys of the runs that have been started here, and of those that have been torn down, in order. */
  readonly runs: unknown[] = [];
  readonly tornDown: unknown[] = [];
  /** Without the events of callers. */
  readonly events: FlightReport[] = [];
  #state = 'closed';

  constructor() {
    this.#process = fork(resolve('build/spec/support/redis-participant.js'), {
      serialization: 'advanced',
      execArgv: ['--enable-source-maps'],
    });
    this.#process.on('message', (report: Report) => {
      switch (report.type) {
        case 'run':
          this.runs.push(report.key);
          break;
        case 'torn down':
          this.tornDown.push(report.key);
          break;
        case 'event':
          this.events.push(report.event);
          break;
        case 'received':
          this.#calls[report.call]?.received.push(report.received);
          break;
        case 'ended':
          this.#calls[report.call]?.end(report.outcomes);
          break;
        default:
          this.#state = report.type;
      }
    });
  }

  get isAlive(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** The types of events, in order. */
  get course(): string[] {
    return this.events.map(({ type }) => type);
  }

  /** Makes a registry, by a client of its own. */
  async open(
    url: string,
    { client = 'redis 6', name = 'spec', config = {} }: { client?: string; name?: string; config?: RedisConfig } = {},
  ): Promise<void> {
    this.runs.length = this.tornDown.length = this.events.length = 0;
    this.#calls = [];
    this.#order({ type: 'open', url, client, name, config });
    await until(() => this.#state === 'open');
  }

  call(key: unknown, run: Run, { callers = 1, face = 'observable' }: CallOptions = {}): RemoteCall {
    const call = this.#calls.length;
    const received: Notification[] = [];
    const ended = new Promise<readonly Outcome[]>((end) => this.#calls.push({ received, end }));
    this.#order({ type: 'call', call, key, run, callers, face });
    return { received, ended, leave: () => this.#order({ type: 'leave', call }) };
  }

  forget(key: unknown): void {
    this.#order({ type: 'forget', key });
  }

  abort(key: unknown, reason: unknown): void {
    this.#order({ type: 'abort', key, reason });
  }

  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    this.#process.kill(signal);
  }

  /** Closes the registry and the client, if the process is alive. */
  async close(): Promise<void> {
    if (this.isAlive) {
      this.#order({ type: 'close' });
      await until(() => this.#state === 'closed');
    }
  }

  /** Lets the process end by itself, and returns its exit code. */
  async exit(): Promise<number> {
    const exit = once(this.#process, 'exit');
    this.#order({ type: 'exit' });
    return ((await exit) as [number])[0];
  }

  #order(order: Order): void {
    this.#process.send(order);
  }
}

/** Processes for one spec after another, since it takes a while to start one. */
export class RedisParticipants {
  readonly #all: RedisParticipant[] = [];

  /** As many as are asked for, each with a registry of its own. */
  async open(count: number, ...args: Parameters<RedisParticipant['open']>): Promise<RedisParticipant[]> {
    const alive = this.#all.filter(({ isAlive }) => isAlive);
    const more = Array.from({ length: Math.max(0, count - alive.length) }, () => new RedisParticipant());
    this.#all.push(...more);
    const participants = [...alive, ...more].slice(0, count);
    await Promise.all(participants.map((participant) => participant.open(...args)));
    return participants;
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((participant) => participant.close()));
  }

  /** Lets all processes end by themselves, and returns their exit codes. */
  exit(): Promise<number[]> {
    const alive = this.#all.splice(0).filter(({ isAlive }) => isAlive);
    return Promise.all(alive.map((participant) => participant.exit()));
  }
}
