import { Observable, type Subscription } from 'rxjs';
import { webInFlightCalls } from 'rxjs-coalesce/web';

/** What a run does, given by its leader: so many values, each so many ms after the previous one, and then its end. */
export interface Work {
  readonly values?: readonly unknown[];
  readonly every?: number;
  readonly end?: 'complete' | 'error' | 'never';
}

export type Command =
  | { readonly do: 'open'; readonly name: string; readonly patience?: number; readonly withoutLocks?: boolean }
  | {
      readonly do: 'call';
      readonly key: unknown;
      readonly work: Work;
      readonly calls?: number;
      readonly lingers?: boolean;
    }
  | { readonly do: 'fetch'; readonly key: unknown; readonly url: string }
  | { readonly do: 'leave' | 'close' }
  | { readonly do: 'forget'; readonly key: unknown }
  | { readonly do: 'abort'; readonly key: unknown; readonly reason: string }
  | { readonly do: 'block'; readonly ms: number }
  | { readonly do: 'throw' };

/** What a puppet has seen, by kind: runs of its own, events, and what its callers were notified of. */
export interface Seen {
  readonly runs: number;
  readonly torn: number;
  readonly events: readonly string[];
  readonly values: readonly unknown[];
  readonly ends: readonly string[];
}

/** A participant that obeys commands, in a thread or a page. */
export class Puppet {
  #registry = webInFlightCalls<unknown, unknown>('not yet');
  #subscriptions: Subscription[] = [];
  #runs = 0;
  #torn = 0;
  readonly #events: string[] = [];
  readonly #values: unknown[] = [];
  readonly #ends: string[] = [];

  get seen(): Seen {
    return { runs: this.#runs, torn: this.#torn, events: this.#events, values: this.#values, ends: this.#ends };
  }

  do(command: Command): void | Promise<void> {
    switch (command.do) {
      case 'open':
        this.#registry = webInFlightCalls(command.name, {
          patience: command.patience,
          ...(command.withoutLocks === true && { locks: refusing }),
        });
        this.#registry.events.subscribe((event) => {
          const { type, callers } = event;
          const why = type === 'apart' && event.error instanceof Error ? `: ${event.error.message}` : '';
          this.#events.push(type === 'start' || type === 'join' ? type : `${type} ${callers}${why}`);
        });
        return;
      case 'call':
        for (let call = 0; call < (command.calls ?? 1); call++) {
          this.#call(command.key, () => this.#run(command.work), command.lingers !== true);
        }
        return;
      case 'fetch':
        this.#call(command.key, () => this.#fetch(command.url), true);
        return;
      case 'leave':
        for (const subscription of this.#subscriptions) {
          subscription.unsubscribe();
        }
        this.#subscriptions = [];
        return;
      case 'close':
        return this.#registry.close();
      case 'forget':
        this.#registry.forget(command.key);
        return;
      case 'abort':
        this.#registry.abort(command.key, new RangeError(command.reason));
        return;
      case 'block':
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, command.ms);
        return;
      case 'throw':
        setTimeout(() => {
          throw new Error('thrown on purpose');
        });
    }
  }

  #call(key: unknown, start: () => Observable<unknown>, resetOnRefCountZero: boolean): void {
    this.#subscriptions.push(
      this.#registry.join(key, start, { resetOnRefCountZero }).subscribe({
        next: (value) => this.#values.push(value),
        error: (error: unknown) => {
          const { name, message } = error as Error;
          this.#ends.push(`${name}: ${message}`);
        },
        complete: () => this.#ends.push('complete'),
      }),
    );
  }

  #run({ values = [], every = 10, end = 'complete' }: Work): Observable<unknown> {
    return new Observable((subscriber) => {
      this.#runs++;
      let index = 0;
      const timer = setInterval(() => {
        if (index < values.length) {
          subscriber.next(values[index++]);
        } else if (end === 'complete') {
          subscriber.complete();
        } else if (end === 'error') {
          subscriber.error(Object.assign(new RangeError('no such thing'), { code: 'E_NONE' }));
        }
      }, every);
      return () => {
        clearInterval(timer);
        this.#torn++;
      };
    });
  }

  #fetch(url: string): Observable<unknown> {
    return new Observable((subscriber) => {
      this.#runs++;
      const controller = new AbortController();
      fetch(url, { signal: controller.signal })
        .then((response) => response.text())
        .then(
          (text) => {
            subscriber.next(text);
            subscriber.complete();
          },
          (error: unknown) => subscriber.error(error),
        );
      return () => {
        this.#torn++;
        controller.abort();
      };
    });
  }
}

/** As in a page that must not have locks. */
const refusing: LockManager = {
  request: () => Promise.reject(new DOMException('No locks for you', 'SecurityError')),
  query: () => Promise.reject(new DOMException('No locks for you', 'SecurityError')),
};
