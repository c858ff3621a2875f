import { fromPortable, portable } from '../../../src/across/portable.js';
import { connectionOf } from '../../../src/across/redis/connection-of.js';
import { RedisWire } from '../../../src/across/redis/redis-wire.js';
import { redisClients, type OpenClient } from '../../support/redis-clients.js';
import { describeWithRedis, RedisInspector } from '../../support/redis-server.js';
import { startTcpProxy } from '../../support/tcp-proxy.js';
import { until } from '../../support/until.js';

const settings = { prefix: 'p', lease: 600, maxBytes: 1000 };

describeWithRedis('Redis as a medium', (redis) => {
  const inspector = new RedisInspector(redis);
  const opened: OpenClient[] = [];
  const wires: RedisWire[] = [];
  const open = async (kind: string, url = redis.url) => {
    const client = await redisClients[kind]!(url);
    opened.push(client);
    return client.client;
  };
  const wireBy = async (kind: string, name = 'name', others = {}, by?: OpenClient['client']) => {
    const client = by ?? (await open(kind));
    const wire = new RedisWire(connectionOf('spec', client), name, { ...settings, ...others });
    wires.push(wire);
    return wire;
  };

  afterEach(async () => {
    await Promise.all(wires.splice(0).map((wire) => wire.close()));
    expect(await inspector.channels()).toEqual([]);
    expect(await inspector.keys()).toEqual([]);
    for (const client of opened.splice(0)) {
      client.close();
    }
    await until(async () => (await inspector.clients()).length === 0);
  });

  for (const kind of Object.keys(redisClients)) {
    it(`claims, sends and frees by ${kind}`, async () => {
      const [a, b] = [await wireBy(kind), await wireBy(kind)];
      const heard: unknown[] = [];
      a.open('a', (from, message) => heard.push([from, message]));
      b.open('b', () => {});

      expect(await a.claim('key', 'a.1')).toBe('a.1');
      expect(await b.claim('key', 'b.1')).toBe('a.1');
      expect(await a.claim('key', 'a.1')).toBe('a.1');
      const packed = b.pack(portable({ at: new Date(1), list: [undefined, 1n], bytes: Uint8Array.of(1, 2) }, 'value'));
      b.send('a', [2, 'text', packed]);
      await until(() => heard.length > 0);
      const [from, [two, text, data]] = heard[0] as [string, unknown[]];
      const value = { at: new Date(1), list: [undefined, 1n], bytes: Uint8Array.of(1, 2) };
      expect([from, two, text, fromPortable(data)]).toEqual(['b', 2, 'text', value]);

      await b.free('key', 'b.1');
      expect(await b.claim('key', 'b.2')).toBe('a.1');
      await a.free('key', 'a.1');
      expect(await b.claim('key', 'b.3')).toBe('b.3');
      expect(await a.release('key')).toBe('b.3');
      expect(await a.release('key')).toBeUndefined();
      await b.free('key', 'b.3');
    });

    it(`subscribes by a connection of its own where ${kind} needs one, for all names of a client together`, async () => {
      const client = await open(kind);
      await until(async () => (await inspector.clients()).some((line) => line.includes('cmd=')));
      const [a, b] = [await wireBy(kind, 'a', {}, client), await wireBy(kind, 'b', {}, client)];
      a.open('a', () => {});
      b.open('b', () => {});
      await Promise.all([a.claim('key', 'a.1'), b.claim('key', 'b.1')]);
      const subscribed = (await inspector.clients()).filter((line) => line.includes(' sub=2'));
      expect(subscribed.length).toBe(1);
      const isShared = kind.startsWith('redis') && subscribed[0]!.includes(' resp=3');
      expect((await inspector.clients()).length).toBe(isShared ? 1 : 2);

      await Promise.all([a.free('key', 'a.1'), b.free('key', 'b.1'), a.close()]);
      expect((await inspector.channels()).length).toBe(1);
    });
  }

  for (const kind of Object.keys(redisClients)) {
    it(`gives back a claim whose answer is lost on the way to ${kind}`, async () => {
      const proxy = await startTcpProxy(redis.port);
      const client = await open(kind, proxy.url);
      const wire = await wireBy(kind, 'name', { lease: 60_000 }, client);
      wire.open('a', () => {});
      await wire.claim('before', 'a.1');
      await wire.free('before', 'a.1');

      proxy.passes = (request) => {
        proxy.swallows.replies ||= request.includes('a.2');
        return true;
      };
      // As the engine does.
      const claim = wire.claim('key', 'a.2').catch(() => wire.free('key', 'a.2').catch(() => 'failed'));
      await until(() => proxy.swallows.replies);
      await until(async () => (await inspector.keys()).length === 1);
      const free = wire.free('key', 'a.2').catch(() => 'failed');
      proxy.swallows.replies = false;
      proxy.passes = () => true;
      proxy.cut();
      await Promise.all([claim, free]);
      // Or else the claim would stay for a minute.
      await until(async () => (await inspector.keys()).length === 0);
      await wire.close();
      await proxy.close();
    });
  }

  it('keeps a key for longer than its lease, and not for longer than a lease once it is cut off', async () => {
    const proxy = await startTcpProxy(redis.port);
    const client = await open('redis 6', proxy.url);
    const [a, b] = [
      await wireBy('', 'name', { lease: 3000 }, client),
      await wireBy('ioredis 6', 'name', { lease: 3000 }),
    ];
    a.open('a', () => {});
    b.open('b', () => {});
    await a.claim('key', 'a.1');
    let left = Infinity;
    for (let renewals = 0; renewals < 3;) {
      await soon();
      const now = Number(await inspector.command('PTTL', 'p:name:key'));
      renewals += now > left ? 1 : 0;
      left = now;
    }
    expect(await b.claim('key', 'b.1')).toBe('a.1');

    proxy.swallows.requests = true;
    await until(async () => (await b.claim('key', 'b.2')) === 'b.2');
    proxy.swallows.requests = false;
    proxy.cut();
    // What comes late takes nothing of the successor's.
    await until(() =>
      a.free('key', 'a.1').then(
        () => true,
        () => false,
      ),
    );
    expect(await a.claim('key', 'a.2')).toBe('b.2');
    await b.free('key', 'b.2');
    await a.close();
    await proxy.close();
  });

  it('does not take back what another has released', async () => {
    const [a, b] = [await wireBy('redis 6', 'name', { lease: 900 }), await wireBy('redis 6', 'name', { lease: 900 })];
    a.open('a', () => {});
    b.open('b', () => {});
    await a.claim('key', 'a.1');
    expect(await b.release('key')).toBe('a.1');
    // For longer than it takes to renew what is held.
    const released = performance.now();
    while (performance.now() - released < 700) {
      await soon();
      expect(await inspector.keys()).toEqual([]);
    }
    await a.claim('another', 'a.2');
    expect(await b.claim('another', 'b.1')).toBe('a.2');
    await b.release('another');
    expect(await b.claim('another', 'b.2')).toBe('b.2');
    const taken = performance.now();
    while (performance.now() - taken < 700) {
      await soon();
      expect(await a.claim('another', 'a.3')).toBe('b.2');
    }
    await b.free('another', 'b.2');
  });

  it('frees a key a little later if the server did not receive the release', async () => {
    const proxy = await startTcpProxy(redis.port);
    const client = await open('redis 6', proxy.url);
    const wire = await wireBy('', 'name', { lease: 3000 }, client);
    wire.open('a', () => {});
    await wire.claim('key', 'a.1');
    proxy.swallows.requests = true;
    const free = wire.free('key', 'a.1');
    proxy.cut();
    await expectAsync(free).toBeRejected();
    proxy.swallows.requests = false;
    expect((await inspector.keys()).length).toBe(1);
    await until(async () => (await inspector.keys()).length === 0);
    await wire.close();
    await proxy.close();
  });

  it('writes keys and names so that they never run into one another, whatever they hold', async () => {
    const texts = [
      'a',
      'a:b',
      'b',
      ':',
      '',
      '{a}',
      '*',
      '#',
      '@a',
      '%3A',
      '"',
      '\\',
      '\n\0',
      ' ',
      'ä',
      '😀',
      '\ud800',
      '__proto__',
      'x'.repeat(1000),
      'x'.repeat(1001),
    ];
    const claims = texts.flatMap((name) => texts.map((key) => [name, key] as const));
    const client = await open('redis 6');
    const byName = new Map<string, RedisWire>();
    for (const name of texts) {
      byName.set(name, await wireBy('', name, {}, client));
    }
    byName.forEach((wire, name) => wire.open(`participant ${name}`, () => {}));
    const taken = await Promise.all(claims.map(([name, key], i) => byName.get(name)!.claim(key, `a.${i}`)));
    expect(taken).toEqual(claims.map((_, i) => `a.${i}`));
    const keys = await inspector.keys();
    expect(keys.length).toBe(claims.length);
    expect(keys.filter((key) => !/^p:[\w%.~!-]*:#?[\w%.~!-]*$/.test(key) || key.length > 3500)).toEqual([]);
    await Promise.all(claims.map(([name, key], i) => byName.get(name)!.free(key, `a.${i}`)));
  });

  it('drops what strangers publish on a channel', async () => {
    const heard: unknown[] = [];
    const wire = await wireBy('redis 6');
    wire.open('a', (...message) => heard.push(message));
    await wire.claim('key', 'a.1');
    const [channel = ''] = await inspector.channels();
    for (const rubbish of [
      '',
      '\0',
      '{',
      'null',
      '[]',
      '[1]',
      '[1,"b",3]',
      '{"0":"b"}',
      '['.repeat(1e6),
      '["b","heard"]',
    ]) {
      await inspector.command('PUBLISH', channel, rubbish);
    }
    await until(() => heard.length > 0);
    expect(heard).toEqual([['b', ['heard']]]);
    await wire.free('key', 'a.1');
  });

  it('sends values of up to maxBytes, counted in bytes, and reports the size of larger ones', async () => {
    const wire = await wireBy('redis 6', 'name', { maxBytes: 4 * 2 ** 20 });
    const heard: unknown[] = [];
    wire.open('a', (_, [data]: any) => heard.push(fromPortable(data)));
    await wire.claim('key', 'a.1');
    const values = ['', 'x', 'x'.repeat(65_536), 'ä'.repeat(2 ** 21 - 2), 'x'.repeat(4 * 2 ** 20 - 4)];
    values.forEach((value) => wire.send('a', [wire.pack([value])]));
    await until(() => heard.length === values.length);
    expect(heard.every((value, i) => value === values[i])).toBeTrue();
    for (const value of ['x'.repeat(4 * 2 ** 20 - 3), 'ä'.repeat(2 ** 21)]) {
      expect(() => wire.pack([value])).toThrowError(
        RangeError,
        /^the value takes 419430\d bytes, more than maxBytes \(4194304\)$/,
      );
    }
    await wire.free('key', 'a.1');
  });
});

/** Resolves when it is time to look again. */
function soon(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}
