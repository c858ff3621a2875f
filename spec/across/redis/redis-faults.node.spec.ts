import { firstValueFrom, of, Subject, type ObservableInput } from 'rxjs';
import type { AcrossInFlightCalls } from '../../../src/across/across-in-flight-calls.js';
import { redisInFlightCalls } from '../../../src/across/redis/redis-in-flight-calls.js';
import type { RedisConfig } from '../../../src/across/redis/redis-config.js';
import { redisClients, type OpenClient } from '../../support/redis-clients.js';
import { describeWithRedis, RedisInspector } from '../../support/redis-server.js';
import { until } from '../../support/until.js';

interface Participant {
  readonly inFlight: AcrossInFlightCalls<string, string>;
  /** Where its flights ran, in order, and why if they ran apart. */
  readonly course: string[];
  readonly call: (key: string, start: () => ObservableInput<string>) => Promise<string>;
}

// DEBUG RELOAD makes this server load slowly, and answer that it is loading.
const args = [
  '--enable-debug-command',
  'local',
  '--key-load-delay',
  '500',
  '--loading-process-events-interval-bytes',
  '1024',
];

describeWithRedis(
  'Redis in trouble',
  (redis) => {
    const inspector = new RedisInspector(redis);
    const opened: OpenClient[] = [];
    const participants: Participant[] = [];

    async function participant(kind: string, url = redis.url, config: RedisConfig = {}): Promise<Participant> {
      const client = await redisClients[kind]!(url);
      opened.push(client);
      const inFlight = redisInFlightCalls<string, string>('name', client.client, {
        lease: 1000,
        patience: 500,
        ...config,
      });
      const course: string[] = [];
      inFlight.events.subscribe((event) => {
        if (event.type === 'lead' || event.type === 'follow') {
          course.push(event.type);
        } else if (event.type === 'apart') {
          course.push(`apart: ${String(event.error)}`);
        }
      });
      const made: Participant = { inFlight, course, call: (key, start) => firstValueFrom(inFlight.join(key, start)) };
      participants.push(made);
      return made;
    }

    /** Waits until flights are shared again. */
    async function recovered({ call, course }: Participant): Promise<void> {
      await until(async () => {
        expect(await call('probe', () => of('answer'))).toBe('answer');
        return course.at(-1) === 'lead';
      });
    }

    /** Waits until one participant follows a flight of the other: a leader that does not receive messages yet is waited for no longer than patience. */
    async function shared(a: Participant, b: Participant): Promise<void> {
      await recovered(a);
      await until(async () => {
        await recovered(b);
        const answer = new Subject<string>();
        const led = a.call('shared', () => answer);
        await until(() => answer.observed);
        const before = b.course.length;
        const followed = b.call('shared', () => answer);
        await until(() => b.course.length > before);
        answer.next('of a');
        expect(await Promise.all([led, followed])).toEqual(['of a', 'of a']);
        return b.course.at(-1) === 'follow';
      });
    }

    afterEach(async () => {
      await until(async () => (await inspector.keys()).filter((key) => !key.startsWith('filler')).length === 0);
      expect(participants.map(({ inFlight }) => inFlight.size).filter((size) => size > 0)).toEqual([]);
      await Promise.all(participants.splice(0).map(({ inFlight }) => inFlight.close()));
      for (const client of opened.splice(0)) {
        client.close();
      }
      await until(async () => (await inspector.clients()).length === 0);
    });

    for (const kind of Object.keys(redisClients)) {
      it(`runs apart while the server is away, and with the others when it is back, by ${kind}`, async () => {
        const [a, b] = [await participant(kind), await participant(kind)];
        await shared(a, b);
        await redis.stop();
        expect(await a.call('key', () => of('alone'))).toBe('alone');
        expect(a.course.at(-1)).toMatch(/^apart: /);
        // From now on calls do not wait, except for one in a while.
        for (let i = 0; i < 50; i++) {
          expect(await a.call('key', () => of('alone'))).toBe('alone');
        }
        await redis.start(args);
        await shared(a, b);
        await shared(b, a);
      });

      it(`sends again what killed connections have lost, by ${kind}`, async () => {
        const [a, b] = [await participant(kind), await participant(kind)];
        await shared(a, b);
        const answer = new Subject<string>();
        const before = [a, b].map(({ course }) => course.length);
        const calls = [a, b].map(({ call }) => call('key', () => answer));
        await until(() => [a, b].every(({ course }, i) => course.length > before[i]!));
        await inspector.command('CLIENT', 'KILL', 'TYPE', 'normal');
        await inspector.command('CLIENT', 'KILL', 'TYPE', 'pubsub');
        answer.next('after all');
        expect(await Promise.all(calls)).toEqual(['after all', 'after all']);
        await shared(a, b);
      });
    }

    for (const kind of ['redis 6', 'ioredis 5']) {
      it(`runs apart while the server does not answer, by ${kind}`, async () => {
        const a = await participant(kind);
        await recovered(a);
        await inspector.command('CLIENT', 'PAUSE', '2000');
        expect(await a.call('key', () => of('alone'))).toBe('alone');
        expect(a.course.at(-1)).toBe('apart: Error: The medium has not answered within 500 ms');
        await recovered(a);
      });
    }

    const refusals: Record<string, { begin: string[][]; end: string[][]; reason: RegExp }> = {
      'is full': {
        begin: [['CONFIG', 'SET', 'maxmemory', '1']],
        end: [['CONFIG', 'SET', 'maxmemory', '0']],
        reason: /OOM/,
      },
      'is read-only': {
        begin: [['REPLICAOF', '127.0.0.1', '1']],
        end: [['REPLICAOF', 'NO', 'ONE']],
        reason: /READONLY/,
      },
      'lets this user take no key': {
        begin: [['ACL', 'SETUSER', 'default', 'resetkeys']],
        end: [['ACL', 'SETUSER', 'default', 'allkeys']],
        reason: /NOPERM/,
      },
      'lets this user subscribe to nothing': {
        begin: [['ACL', 'SETUSER', 'default', 'resetchannels']],
        end: [['ACL', 'SETUSER', 'default', 'allchannels']],
        reason: /NOPERM/,
      },
      'lets this user run no script': {
        begin: [['ACL', 'SETUSER', 'default', '-set', '-eval']],
        end: [['ACL', 'SETUSER', 'default', '+@all']],
        reason: /NOPERM/,
      },
    };
    for (const [trouble, { begin, end, reason }] of Object.entries(refusals)) {
      for (const kind of ['redis 6', 'ioredis 5']) {
        it(`runs apart if the server ${trouble}, and reports why, by ${kind}`, async () => {
          const a = await participant(kind);
          for (const words of begin) {
            await inspector.command(...words);
          }
          // On a loaded machine the answer may come later than patience allows at first.
          await until(async () => {
            expect(await a.call('key', () => of('alone'))).toBe('alone');
            expect(a.course.at(-1)).toMatch(/^apart: /);
            return reason.test(a.course.at(-1)!);
          });
          for (const words of end) {
            await inspector.command(...words);
          }
          await recovered(a);
        });
      }
    }

    it('runs apart while the server is still loading', async () => {
      const a = await participant('redis 6');
      await recovered(a);
      await inspector.command('EVAL', "for i = 1, 8000 do redis.call('set', 'filler' .. i, i) end", '0');
      const reload = inspector.command('DEBUG', 'RELOAD');
      await until(() =>
        inspector.keys().then(
          () => false,
          (error: unknown) => /LOADING/.test(String(error)),
        ),
      );
      await until(async () => {
        expect(await a.call('key', () => of('alone'))).toBe('alone');
        return a.course.at(-1)!.includes('LOADING');
      });
      await reload;
      await inspector.command('FLUSHALL');
      await recovered(a);
    });

    for (const kind of ['redis 6', 'redis 5', 'ioredis 6', 'ioredis 5', 'iovalkey']) {
      it(`runs apart if the password is wrong, by ${kind}`, async () => {
        await inspector.command('ACL', 'SETUSER', 'limited', 'on', '>right', '~*', '&*', '+@all');
        const a = await participant(kind, `redis://limited:wrong@127.0.0.1:${redis.port}`);
        expect(await a.call('key', () => of('alone'))).toBe('alone');
        expect(a.course).toEqual([jasmine.stringMatching(/^apart: /)]);
      });
    }
  },
  args,
);
