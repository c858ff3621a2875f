// Run by tsx, Deno and Bun.
import { deepEqual, equal, match } from 'node:assert/strict';
import { Redis } from 'ioredis';
import { filter, firstValueFrom, merge, NEVER, Subject } from 'rxjs';
import { Coalesce, coalesced } from 'rxjs-coalesce';
import { redisInFlightCalls } from 'rxjs-coalesce/redis';
import { describeFlights } from 'rxjs-coalesce/timeline';
import { webInFlightCalls } from 'rxjs-coalesce/web';

class Users {
  readonly source = new Subject<string>();
  runs = 0;

  @Coalesce()
  load(_id: number) {
    this.runs++;
    return this.source;
  }
}

const users = new Users();
const answers = [firstValueFrom(users.load(1)), firstValueFrom(users.load(1))];
users.source.next('user 1');
deepEqual(await Promise.all(answers), ['user 1', 'user 1']);
equal(users.runs, 1);

const { inFlight } = coalesced((_id: number) => NEVER);
inFlight.join(1, () => NEVER).subscribe();
match(describeFlights({ users: inFlight }), /^users: 1 in flight\n/);

type Registry = ReturnType<typeof webInFlightCalls<number, string>>;

async function share(one: Registry, other: Registry): Promise<void> {
  const source = new Subject<string>();
  const events: string[] = [];
  const all = merge(one.events, other.events);
  all.subscribe(({ type }) => events.push(type));
  const followed = firstValueFrom(all.pipe(filter(({ type }) => type === 'follow' || type === 'apart')));
  let runs = 0;
  const calls = [one, other].map((registry) => {
    return firstValueFrom(registry.join(1, () => (runs++, source)));
  });
  await followed;
  source.next('user 1');
  source.complete();
  deepEqual(await Promise.all(calls), ['user 1', 'user 1']);
  deepEqual([runs, events.includes('apart')], [1, false]);
  await Promise.all([one.close(), other.close()]);
}

const clients = [new Redis(process.env.REDIS_SOCKET!), new Redis(process.env.REDIS_SOCKET!)] as const;
await share(redisInFlightCalls('users', clients[0]), redisInFlightCalls('users', clients[1]));
for (const client of clients) client.disconnect();

// Node before 24.5 and Bun have no Web Locks, and flights are shared within this thread.
if (globalThis.navigator?.locks !== undefined) {
  await share(webInFlightCalls('users'), webInFlightCalls('users'));
} else {
  const alone: Registry = webInFlightCalls('users');
  const apart = firstValueFrom(alone.events.pipe(filter(({ type }) => type === 'apart')));
  const source = new Subject<string>();
  const calls = [1, 1].map((id) => firstValueFrom(alone.join(id, () => source)));
  match(String(((await apart) as { error?: unknown }).error), /no Web Locks/);
  source.next('user 1');
  deepEqual(await Promise.all(calls), ['user 1', 'user 1']);
}
