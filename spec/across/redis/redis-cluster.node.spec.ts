import { connectionOf } from '../../../src/across/redis/connection-of.js';
import { RedisWire } from '../../../src/across/redis/redis-wire.js';
import { redisClusterClients, type OpenClient } from '../../support/redis-clients.js';
import { describeWithRedisCluster, RedisInspector } from '../../support/redis-server.js';
import { until } from '../../support/until.js';

const settings = { prefix: 'p', lease: 5000, maxBytes: 1000 };

describeWithRedisCluster('Redis Cluster as a medium', (cluster) => {
  const opened: OpenClient[] = [];
  const wires: RedisWire[] = [];
  const wireBy = async (kind: string) => {
    const client = await redisClusterClients[kind]!(cluster.servers.map(({ port }) => port));
    opened.push(client);
    // Until then node-redis refuses commands, and flights run apart.
    await client.connected;
    const wire = new RedisWire(connectionOf('spec', client.client), 'name', settings);
    wires.push(wire);
    return wire;
  };
  const keys = Array.from({ length: 30 }, (_, i) => `key ${i}`);

  afterEach(async () => {
    await Promise.all(wires.splice(0).map((wire) => wire.close()));
    for (const server of cluster.servers) {
      const inspector = new RedisInspector(server);
      expect(await inspector.keys()).toEqual([]);
      expect(await inspector.channels()).toEqual([]);
    }
    for (const client of opened.splice(0)) {
      client.close();
    }
  });

  for (const kind of Object.keys(redisClusterClients)) {
    it(`claims, sends and frees on all nodes by ${kind}, also while a slot moves`, async () => {
      const [a, b] = [await wireBy(kind), await wireBy(kind)];
      const received: unknown[] = [];
      a.open('a', (from, message) => received.push([from, message]));
      b.open('b', () => {});
      expect(await Promise.all(keys.map((key) => a.claim(key, `a.${key}`)))).toEqual(keys.map((key) => `a.${key}`));
      expect(await Promise.all(keys.map((key) => b.claim(key, `b.${key}`)))).toEqual(keys.map((key) => `a.${key}`));
      const held = await Promise.all(cluster.servers.map((server) => new RedisInspector(server).keys()));
      expect(held.every(({ length }) => length > 0)).toBeTrue();
      b.send('a', ['news']);
      await until(() => received.length > 0);
      expect(received).toEqual([['b', ['news']]]);

      const [moved = ''] = held[0]!;
      await moveSlotOf(moved);
      const key = decodeURIComponent(moved.slice(moved.lastIndexOf(':') + 1));
      expect(await b.claim(key, 'b.1')).toBe(`a.${key}`);
      await a.free(key, `a.${key}`);
      expect(await b.claim(key, 'b.2')).toBe('b.2');
      await b.free(key, 'b.2');
      await Promise.all(keys.map((each) => a.free(each, `a.${each}`)));
    });
  }

  /** Moves the slot of a key, and what is in it, to another node. */
  async function moveSlotOf(key: string): Promise<void> {
    const nodes = cluster.servers.map((server) => new RedisInspector(server));
    const slot = String(await nodes[0]!.command('CLUSTER', 'KEYSLOT', key));
    const holds = await Promise.all(nodes.map(async (node) => (await node.keys()).includes(key)));
    const from = holds.indexOf(true);
    const to = (from + 1) % nodes.length;
    const ids = await Promise.all(nodes.map(async (node) => String(await node.command('CLUSTER', 'MYID'))));
    await nodes[to]!.command('CLUSTER', 'SETSLOT', slot, 'IMPORTING', ids[from]!);
    await nodes[from]!.command('CLUSTER', 'SETSLOT', slot, 'MIGRATING', ids[to]!);
    const inSlot = (await nodes[from]!.command('CLUSTER', 'GETKEYSINSLOT', slot, '100')) as string[];
    const port = String(cluster.servers[to]!.port);
    await nodes[from]!.command('MIGRATE', '127.0.0.1', port, '', '0', '5000', 'KEYS', ...inSlot);
    for (const i of [to, from]) {
      await nodes[i]!.command('CLUSTER', 'SETSLOT', slot, 'NODE', ids[to]!);
    }
  }
});
