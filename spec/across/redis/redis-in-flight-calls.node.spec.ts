import { readFileSync } from 'node:fs';
import { firstValueFrom, from, NEVER, of, Subject, timer, toArray } from 'rxjs';
import type { AcrossInFlightCalls } from '../../../src/across/across-in-flight-calls.js';
import { redisInFlightCalls } from '../../../src/across/redis/index.js';
import type { RedisConfig } from '../../../src/across/redis/redis-config.js';
import { coalescedAsync } from '../../../src/index.js';
import { redisClients, type OpenClient } from '../../support/redis-clients.js';
import { describeWithRedis, RedisInspector } from '../../support/redis-server.js';
import { startTcpProxy } from '../../support/tcp-proxy.js';
import { until } from '../../support/until.js';

describe('redisInFlightCalls', () => {
  const client = { command: () => Promise.resolve(null), subscribe: () => Promise.resolve(() => Promise.resolve()) };

  it('law 27: refuses a wrong name, client and option when it is passed', () => {
    const make = redisInFlightCalls as (...args: unknown[]) => unknown;
    const refused = (args: unknown[], message: string) => expect(() => make(...args)).toThrowError(TypeError, message);
    const expected = 'redisInFlightCalls: expected';
    refused(['', client], `${expected} "name" to be a string that is not empty, got ""`);
    refused([7, client], `${expected} "name" to be a string that is not empty, got 7`);
    for (const [wrong, got] of [
      [undefined, 'undefined'],
      [null, 'null'],
      [{}, '[object Object]'],
      ['redis://localhost', '"redis://localhost"'],
      [{ subscribe: () => {} }, '[object Object]'],
    ] as const) {
      const what = 'a client of redis, ioredis or iovalkey, or a RedisConnection';
      refused(['users', wrong], `${expected} "client" to be ${what}, got ${got}`);
    }
    refused(['users', client, null], `${expected} "config" to be an object, got null`);
    refused(['users', client, { prefix: 1 }], `${expected} "prefix" to be a string, got 1`);
    for (const lease of [99, 100.5, NaN, Infinity, '1000']) {
      const got = typeof lease === 'string' ? '"1000"' : `${lease}`;
      refused(['users', client, { lease }], `${expected} "lease" to be an integer from 100 to 86400000, got ${got}`);
    }
    for (const maxBytes of [0, 0.5, 2 ** 28 + 1]) {
      refused(
        ['users', client, { maxBytes }],
        `${expected} "maxBytes" to be an integer from 1 to 268435456, got ${maxBytes}`,
      );
    }
    refused(['users', client, { patience: -1 }], `${expected} "patience" to be a number of at least 0, got -1`);
    expect(() => make('users', client, { lease: 100, maxBytes: 1, prefix: '', patience: 0 })).not.toThrow();
  });

  it('law 36: runs apart if a RedisConnection throws, or returns no promise', async () => {
    for (const fails of [
      {
        command: () => {
          throw new Error('thrown');
        },
        subscribe: client.subscribe,
      },
      {
        command: client.command,
        subscribe: () => {
          throw new Error('thrown');
        },
      },
    ]) {
      const inFlight = redisInFlightCalls<string, string>('users', fails);
      const errors: unknown[] = [];
      inFlight.events.subscribe((event) => event.type === 'apart' && errors.push(event.error));
      expect(await firstValueFrom(inFlight.join('key', () => of('alone')))).toBe('alone');
      expect(errors).toEqual([new Error('thrown')]);
      await inFlight.close();
    }
  });
});

describeWithRedis('flights by Redis', (redis) => {
  const inspector = new RedisInspector(redis);
  const opened: OpenClient[] = [];
  const registries: AcrossInFlightCalls<unknown>[] = [];

  async function registry<T = unknown>(
    config: RedisConfig = {},
    { kind = 'redis 6', name = 'name', url = redis.url } = {},
  ): Promise<AcrossInFlightCalls<unknown, T>> {
    const client = await redisClients[kind]!(url);
    opened.push(client);
    const inFlight = redisInFlightCalls<unknown, T>(name, client.client, config);
    registries.push(inFlight as AcrossInFlightCalls<unknown>);
    return inFlight;
  }

  /** Where the flights of a registry run, by its events. */
  function courseOf(inFlight: AcrossInFlightCalls<any, any>): string[] {
    const course: string[] = [];
    inFlight.events.subscribe((event) => {
      if (event.type === 'lead' || event.type === 'follow') {
        course.push(event.type);
      } else if (event.type === 'apart') {
        course.push(`apart: ${String(event.error)}`);
      }
    });
    return course;
  }

  afterEach(async () => {
    await until(async () => (await inspector.keys()).length === 0);
    expect((await inspector.channels()).length).toBeLessThanOrEqual(registries.length);
    await Promise.all(registries.splice(0).map((inFlight) => inFlight.close()));
    expect(await inspector.channels()).toEqual([]);
    for (const client of opened.splice(0)) {
      client.close();
    }
    await until(async () => (await inspector.clients()).length === 0);
  });

  it('takes two commands for a flight that nobody follows, and four more for each follower', async () => {
    const [a, b, c] = [await registry(), await registry(), await registry()];
    for (const inFlight of [a, b, c]) {
      // The first flight subscribes.
      await firstValueFrom(inFlight.join('first', () => of(1)));
    }
    await inspector.command('CONFIG', 'RESETSTAT');
    for (let i = 0; i < 10; i++) {
      expect(await firstValueFrom(a.join(i, () => timer(0)))).toBe(0);
    }
    await until(async () => (await inspector.commandCounts())['eval'] === 10);
    const { set, publish } = await inspector.commandCounts();
    expect([set, publish]).toEqual([10, undefined]);

    await inspector.command('CONFIG', 'RESETSTAT');
    const answer = new Subject<string>();
    const courses = [b, c].map(courseOf);
    const calls = [firstValueFrom(a.join('key', () => answer))];
    await until(() => answer.observed);
    for (const inFlight of [b, c]) {
      calls.push(firstValueFrom(inFlight.join('key', () => NEVER)));
    }
    await until(() => courses.every(({ length }) => length > 0));
    answer.next('answer');
    answer.complete();
    expect(await Promise.all(calls)).toEqual(['answer', 'answer', 'answer']);
    await until(async () => (await inspector.commandCounts())['publish'] === 8);
    const counts = await inspector.commandCounts();
    // A claim each, and one key to free; and for each follower a request, its answer, the value with the end, and an acknowledgement.
    expect([counts['set'], counts['eval'], counts['publish']]).toEqual([3, 1, 8]);
  });

  it('law 30: keeps names, prefixes and keys apart, whatever they hold', async () => {
    const names = ['a', 'a:b', 'b', '{a}', ' ', '\0', '\n', '__proto__', '*', '😀'];
    const keys = [
      1,
      '1',
      'a',
      'a:b',
      '',
      '{a}',
      '\0',
      '\n',
      '__proto__',
      null,
      undefined,
      true,
      1n,
      NaN,
      [1],
      { a: 1 },
      new Date(1),
      'x'.repeat(5000),
    ];
    const client = await redisClients['redis 6']!(redis.url);
    opened.push(client);
    const answers: Promise<unknown>[] = [];
    const release = new Subject<never>();
    const expected: string[] = [];
    for (const prefix of ['p', 'p:a']) {
      for (const name of names) {
        const inFlight = redisInFlightCalls<unknown, string>(name, client.client, { prefix });
        registries.push(inFlight as AcrossInFlightCalls<unknown>);
        keys.forEach((key, i) => {
          const answer = `${prefix} ${name} ${i}`;
          expected.push(answer);
          answers.push(firstValueFrom(inFlight.join(key, () => from([answer, answer]))));
        });
      }
    }
    expect(await Promise.all(answers)).toEqual(expected);
    release.complete();
  });

  it('law 37: sends values of every plain kind to others, and names what it cannot send', async () => {
    const [a, b] = [await registry(), await registry()];
    const course = courseOf(b);
    const plain = [
      undefined,
      null,
      '',
      'x'.repeat(100_000),
      -0,
      NaN,
      2n ** 64n,
      new Date(NaN),
      new Map([[{ a: 1 }, new Set([1])]]),
      Uint8Array.of(1),
      Buffer.from('b'),
      new URL('http://host/'),
      { $: 'Map', content: [['__proto__']] },
      JSON.parse('{"__proto__":1}'),
    ];
    const led = new Subject<unknown>();
    const own = firstValueFrom(a.join('plain', () => led).pipe(toArray()));
    await until(() => led.observed);
    const others = firstValueFrom(b.join('plain', () => NEVER).pipe(toArray()));
    await until(() => course.length > 0);
    plain.forEach((value) => led.next(value));
    led.complete();
    expect((await own).every((value, i) => Object.is(value, plain[i]))).toBeTrue();
    const copies = await others;
    // jasmine does not compare keys of a Map by content, nor invalid dates.
    expect((copies[7] as Date).getTime()).toBeNaN();
    expect([...(copies[8] as Map<unknown, unknown>)]).toEqual([[{ a: 1 }, new Set([1])]]);
    for (const [i, copy] of copies.entries()) {
      if (i !== 7 && i !== 8) {
        expect(copy).toEqual(plain[i]);
      }
    }

    class User {
      readonly id = 1;
    }
    for (const [value, why] of [
      [{ owner: new User() }, 'apart: TypeError: value.owner is an instance of User: pass a codec'],
      [() => 1, 'apart: TypeError: value is a function: pass a codec'],
      ['x'.repeat(5 * 2 ** 20), 'apart: RangeError: the value takes 5242884 bytes, more than maxBytes (4194304)'],
    ] as const) {
      const source = new Subject<unknown>();
      const original = firstValueFrom(a.join('special', () => source));
      await until(() => source.observed);
      course.length = 0;
      const apart = firstValueFrom(b.join('special', () => of('run apart')));
      await until(() => course.length > 0);
      source.next(value);
      expect(await original).toBe(value);
      expect(await apart).toBe('run apart');
      expect(course).toEqual(['follow', why]);
    }
  });

  for (const size of [1, 1000, 2 ** 20, 4 * 2 ** 20 - 10]) {
    it(`sends a value of ${size} bytes to eight others`, async () => {
      const all = await Promise.all(Array.from({ length: 9 }, () => registry<string>({ patience: 20_000 })));
      const value = 'v'.repeat(size);
      const gate = new Subject<string>();
      let runs = 0;
      const courses = all.map(courseOf);
      const calls = all.map((inFlight) => firstValueFrom(inFlight.join('key', () => (runs++, gate))));
      await until(() => courses.every(({ length }) => length > 0));
      gate.next(value);
      gate.complete();
      for (const answer of await Promise.all(calls)) {
        expect(answer === value).toBeTrue();
      }
      expect(runs).toBe(1);
    });
  }

  for (const kind of ['redis 6', 'redis 5', 'ioredis 6', 'ioredis 5', 'iovalkey']) {
    it(`law 31: asks again for what is lost on the way, by ${kind}`, async () => {
      const proxy = await startTcpProxy(redis.port);
      const leader = await registry<number>({ lease: 1500, patience: 10_000 });
      const follower = await registry<number>({ lease: 1500, patience: 10_000 }, { kind, url: proxy.url });
      const [source, course] = [new Subject<number>(), courseOf(follower)];
      const own = firstValueFrom(leader.join('key', () => source).pipe(toArray()));
      await until(() => source.observed);
      const received: number[] = [];
      const others = firstValueFrom(follower.join('key', () => NEVER).pipe(toArray()));
      follower.join('key', () => NEVER).subscribe((value) => received.push(value));
      await until(() => course.length > 0);
      source.next(1);
      await until(() => received.length === 1);

      // Messages that are published meanwhile are lost there.
      proxy.swallows.replies = true;
      source.next(2);
      source.next(3);
      await until(async () => ((await inspector.command('DBSIZE')) as number) === 1);
      proxy.swallows.replies = false;
      proxy.cut();
      source.next(4);
      await until(() => received.length === 4);

      proxy.swallows.replies = true;
      source.complete();
      expect(await own).toEqual([1, 2, 3, 4]);
      proxy.swallows.replies = false;
      proxy.cut();
      expect(await others).toEqual([1, 2, 3, 4]);
      expect(course).toEqual(['follow']);
      await follower.close();
      await proxy.close();
    });
  }

  for (const kind of Object.keys(redisClients).filter((each) => each !== 'a RedisConnection')) {
    it(`needs no more rights than the recipe lists, by ${kind}`, async () => {
      const recipe = readFileSync('docs/recipes/cold-cache-across-machines.md', 'utf8');
      const words = /^ACL SETUSER[^`]*/m.exec(recipe)![0].trim().split(/\s+/);
      expect(await inspector.command(...words)).toBe('OK');
      const url = `redis://coalesce:password@127.0.0.1:${redis.port}`;
      const [a, b] = [await registry<string>({ patience: 20_000 }, { kind, url }), await registry<string>()];
      const answer = new Subject<string>();
      const courses = [a, b].map(courseOf);
      const calls = [a, b].map((inFlight) => firstValueFrom(inFlight.join('key', () => answer)));
      await until(() => courses.every(({ length }) => length > 0));
      a.forget('another');
      answer.next('answer');
      expect(await Promise.all(calls)).toEqual(['answer', 'answer']);
      expect(courses.flat().sort()).toEqual(['follow', 'lead']);
    });
  }

  it('law 39: leaves nothing after thousands of flights, led and followed', async () => {
    const [a, b] = [await registry<number>(), await registry<number>({}, { kind: 'ioredis 6' })];
    let runs = 0;
    const load = [a, b].map((inFlight) =>
      coalescedAsync(
        async (key: number) => {
          runs++;
          await new Promise((resolve) => setTimeout(resolve, 2));
          return key;
        },
        { inFlight },
      ),
    );
    for (let round = 0; round < 20; round++) {
      const keys = Array.from({ length: 200 }, (_, i) => i % 100);
      const answers = await Promise.all(load.flatMap((each) => keys.map((key) => each(key))));
      expect(answers).toEqual([...keys, ...keys]);
    }
    expect(runs).toBeLessThan(4000);
    await until(async () => (await inspector.keys()).length === 0);
    expect([a.size, b.size]).toEqual([0, 0]);
    expect((await inspector.channels()).length).toBe(2);
  });
});
