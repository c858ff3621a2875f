import { connectionOf } from '../../../src/across/redis/connection-of.js';
import { RedisWire } from '../../../src/across/redis/redis-wire.js';
import { redisClients, type OpenClient } from '../../support/redis-clients.js';
import { describeWithRedis, redisCommand } from '../../support/redis-server.js';
import { until } from '../../support/until.js';

const settings = { prefix: 'p', lease: 600, maxBytes: 1000 };

describeWithRedis('Redis as a medium', (redis) => {
  const command = (...words: string[]) => redisCommand(redis.port, ...words);
  const opened: OpenClient[] = [];
  const wires: RedisWire[] = [];
  const open = (kind: string) => {
    const client = redisClients[kind]!(redis.url);
    opened.push(client);
    return client.client;
  };
  const wireBy = (kind: string, name = 'name', others = {}, client = open(kind)) => {
    const wire = new RedisWire(connectionOf('spec', client), name, { ...settings, ...others });
    wires.push(wire);
    return wire;
  };

  afterEach(async () => {
    await Promise.all(wires.splice(0).map((wire) => wire.close()));
    expect(await command('PUBSUB', 'CHANNELS')).toEqual([]);
    expect(await command('DBSIZE')).toBe(0);
    for (const { close } of opened.splice(0)) {
      close();
    }
    await until(async () => (await command('CLIENT', 'LIST')).split('\n').length === 2);
  });

  for (const kind of Object.keys(redisClients)) {
    it(`claims, sends and frees by ${kind}`, async () => {
      const [a, b] = [wireBy(kind), wireBy(kind)];
      const heard: unknown[] = [];
      a.open('a', (from, message) => heard.push([from, message]));
      b.open('b', () => {});

      expect(await a.claim('key', 'a.1')).toBe('a.1');
      expect(await b.claim('key', 'b.1')).toBe('a.1');
      expect(await a.claim('key', 'a.1')).toBe('a.1');
      const packed = b.pack({ at: new Date(1), list: [undefined, 1n] });
      b.send('a', [2, 'text', packed]);
      await until(() => heard.length > 0);
      const [from, [two, text, data]] = heard[0] as [string, unknown[]];
      expect([from, two, text, b.unpack(data)]).toEqual(['b', 2, 'text', { at: new Date(1), list: [undefined, 1n] }]);

      await b.free('key', 'b.1');
      expect(await b.claim('key', 'b.2')).toBe('a.1');
      await a.free('key', 'a.1');
      expect(await b.claim('key', 'b.3')).toBe('b.3');
      expect(await a.release('key')).toBe('b.3');
      expect(await a.release('key')).toBeUndefined();
      await b.free('key', 'b.3');
    });

    it(`subscribes by a connection of its own where ${kind} needs one, for all names of a client together`, async () => {
      const client = open(kind);
      const others = await until(async () => (await command('CLIENT', 'LIST')).split('\n').length > 2).then(
        async () => (await command('CLIENT', 'LIST')).split('\n').length,
      );
      const [a, b] = [wireBy(kind, 'a', {}, client), wireBy(kind, 'b', {}, client)];
      a.open('a', () => {});
      b.open('b', () => {});
      await Promise.all([a.claim('key', 'a.1'), b.claim('key', 'b.1')]);
      const list: string = await command('CLIENT', 'LIST');
      const subscribed = list.split('\n').filter((line) => line.includes(' sub=2'));
      expect(subscribed.length).toBe(1);
      expect(list.split('\n').length).toBe(
        others + (kind.endsWith('RedisConnection') || subscribed[0]!.includes(' resp=3') ? 0 : 1),
      );

      await Promise.all([a.free('key', 'a.1'), b.free('key', 'b.1'), a.close()]);
      expect((await command('PUBSUB', 'CHANNELS')).length).toBe(1);
    });
  }
});
