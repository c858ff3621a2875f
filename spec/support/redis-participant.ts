/** A process that takes part in flights by Redis and does what its parent orders: see `redis-participants.ts`. */
import { isDeepStrictEqual } from 'node:util';
import { concat, defer, EMPTY, ignoreElements, NEVER, Observable, throwError, type Subscription } from 'rxjs';
import type { AcrossInFlightCalls } from '../../src/across/across-in-flight-calls.js';
import { redisInFlightCalls } from '../../src/across/redis/redis-in-flight-calls.js';
import { coalescedAsync, fromAbortable } from '../../src/index.js';
import { redisClients, type OpenClient } from './redis-clients.js';
import type { Notification, Order, Report, Run } from './redis-participants.js';

let client: OpenClient | undefined;
let registry: AcrossInFlightCalls<unknown> | undefined;
let load: (key: unknown, run: Run) => Promise<unknown>;
const subscriptions = new Map<number, Subscription[]>();

const exit = () => process.exit();
// Its parent has gone.
process.on('disconnect', exit);
process.on('message', (order: Order) => {
  void obey(order);
});

async function obey(order: Order): Promise<void> {
  switch (order.type) {
    case 'open': {
      client = await redisClients[order.client]!(order.url);
      const inFlight = redisInFlightCalls<unknown>(order.name, client.client, order.config);
      registry = inFlight;
      inFlight.events.subscribe((event) => {
        const { type, key, callers } = event;
        // There are thousands of these.
        if (type === 'start' || type === 'join' || type === 'leave') {
          return;
        }
        const error = 'error' in event ? String(event.error) : undefined;
        report({ type: 'event', event: { type, key, callers, error } });
      });
      load = coalescedAsync((key: unknown, run: Run) => start(key, run), { keyFn: (key) => key, inFlight });
      report({ type: 'open' });
      return;
    }
    case 'call':
      call(order);
      return;
    case 'leave':
      subscriptions.get(order.call)?.forEach((subscription) => subscription.unsubscribe());
      return;
    case 'forget':
      registry?.forget(order.key);
      return;
    case 'abort':
      registry?.abort(order.key, order.reason);
      return;
    case 'close':
      await registry?.close();
      client?.close();
      report({ type: 'closed' });
      return;
    case 'exit':
      // The process must end by itself.
      process.off('disconnect', exit);
      process.disconnect();
  }
}

function call({ call, key, run, callers, face }: Order & { type: 'call' }): void {
  const outcomes: { callers: number; readonly received: Notification[] }[] = [];
  let left = callers;
  const listen = (first: boolean) => {
    const received: Notification[] = [];
    const receive = (notification: Notification) => {
      received.push(notification);
      if (first) {
        report({ type: 'received', call, received: notification });
      }
    };
    const end = (notification: Notification) => {
      receive(notification);
      const outcome = outcomes.find((other) => isDeepStrictEqual(other.received, received));
      if (outcome === undefined) {
        outcomes.push({ callers: 1, received });
      } else {
        outcome.callers++;
      }
      left--;
      if (left === 0) {
        report({ type: 'ended', call, outcomes });
      }
    };
    const source = face === 'promise' ? defer(() => load(key, run)) : registry!.join(key, () => start(key, run));
    return source.subscribe({
      next: (value) => receive(['next', value]),
      error: (error: unknown) => end(['error', described(error)]),
      complete: () => end(['complete']),
    });
  };
  subscriptions.set(
    call,
    Array.from({ length: callers }, (_, i) => listen(i === 0)),
  );
}

function start(key: unknown, run: Run): Observable<unknown> {
  return new Observable((subscriber) => {
    report({ type: 'run', key });
    subscriber.add(() => report({ type: 'torn down', key }));
    sourceOf(run).subscribe(subscriber);
  });
}

function sourceOf({ after, values, end }: Run): Observable<unknown> {
  const wait =
    after === undefined
      ? EMPTY
      : fromAbortable((signal) => fetch(after, { signal }).then((response) => response.text()));
  const ends = { complete: EMPTY, error: throwError(() => new RangeError('out of range')), never: NEVER };
  return concat(wait.pipe(ignoreElements()), values, ends[end]);
}

function described(error: unknown): { name: string; message: string } {
  return error instanceof Error ? { name: error.name, message: error.message } : { name: '', message: String(error) };
}

function report(message: Report): void {
  // The parent may have gone.
  process.send?.(message, undefined, {}, () => undefined);
}
