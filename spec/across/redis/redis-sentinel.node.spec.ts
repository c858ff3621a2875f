import { connectionOf } from '../../../src/across/redis/connection-of.js';
import { RedisWire } from '../../../src/across/redis/redis-wire.js';
import { redisSentinelClients } from '../../support/redis-clients.js';
import { describeWithRedisSentinel, RedisInspector } from '../../support/redis-server.js';
import { until } from '../../support/until.js';

describeWithRedisSentinel('Redis behind a Sentinel as a medium', (sentinel) => {
  for (const kind of Object.keys(redisSentinelClients)) {
    it(`claims, sends and frees by ${kind}`, async () => {
      const inspector = new RedisInspector(sentinel.server);
      const clients = [
        await redisSentinelClients[kind]!(sentinel.port),
        await redisSentinelClients[kind]!(sentinel.port),
      ];
      await Promise.all(clients.map(({ connected }) => connected));
      const settings = { prefix: 'p', lease: 5000, maxBytes: 1000 };
      const [a, b] = clients.map(({ client }) => new RedisWire(connectionOf('spec', client), 'name', settings)) as [
        RedisWire,
        RedisWire,
      ];
      const received: unknown[] = [];
      a.open('a', (from, message) => received.push([from, message]));
      b.open('b', () => {});
      expect(await a.claim('key', 'a.1')).toBe('a.1');
      expect(await b.claim('key', 'b.1')).toBe('a.1');
      b.send('a', ['news']);
      await until(() => received.length > 0);
      expect(received).toEqual([['b', ['news']]]);
      await a.free('key', 'a.1');
      expect(await inspector.keys()).toEqual([]);

      await Promise.all([a.close(), b.close()]);
      // A Sentinel itself subscribes to what Sentinels publish for each other.
      expect((await inspector.channels()).filter((channel) => channel.startsWith('p:'))).toEqual([]);
      for (const client of clients) {
        client.close();
      }
    });
  }
});
