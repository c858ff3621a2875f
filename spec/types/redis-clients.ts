import type { Cluster as IORedis6Cluster, Redis as IORedis6 } from 'ioredis';
import type { Cluster as IORedis5Cluster, Redis as IORedis5 } from 'ioredis-5';
import type { Cluster as IOValkeyCluster, Redis as IOValkey } from 'iovalkey';
import * as redis6 from 'redis';
import * as redis5 from 'redis-5';
import { redisInFlightCalls } from 'rxjs-coalesce/redis';

declare const ioredis6: IORedis6;
declare const ioredis6Cluster: IORedis6Cluster;
declare const ioredis5: IORedis5;
declare const ioredis5Cluster: IORedis5Cluster;
declare const iovalkey: IOValkey;
declare const iovalkeyCluster: IOValkeyCluster;

// Clients are taken as their packages type them.
redisInFlightCalls('name', redis6.createClient());
redisInFlightCalls('name', redis6.createClient({ RESP: 2 }));
redisInFlightCalls('name', await redis6.createClient({ RESP: 3 }).connect());
redisInFlightCalls('name', redis6.createCluster({ rootNodes: [] }));
redisInFlightCalls('name', redis6.createSentinel({ name: 'name', sentinelRootNodes: [] }));
redisInFlightCalls('name', redis5.createClient());
redisInFlightCalls('name', redis5.createClient({ RESP: 3 }));
redisInFlightCalls('name', redis5.createCluster({ rootNodes: [], RESP: 3 }));
redisInFlightCalls('name', redis5.createSentinel({ name: 'name', sentinelRootNodes: [] }));
redisInFlightCalls('name', ioredis6);
redisInFlightCalls('name', ioredis6Cluster);
redisInFlightCalls('name', ioredis5);
redisInFlightCalls('name', ioredis5Cluster);
redisInFlightCalls('name', iovalkey);
redisInFlightCalls('name', iovalkeyCluster);

// And so is what reaches Redis in a way of its own.
redisInFlightCalls('name', {
  command: async (key, args) => [key, ...args].length,
  subscribe: async (channel, listener) => {
    listener(channel);
    return async () => {};
  },
});

// @ts-expect-error -- a pool cannot subscribe
redisInFlightCalls('name', redis6.createClientPool());
// @ts-expect-error -- what is no client
redisInFlightCalls('name', {});
// @ts-expect-error -- what has other methods
redisInFlightCalls('name', new Map());
// @ts-expect-error -- no client
redisInFlightCalls('name');
// @ts-expect-error -- an unknown option
redisInFlightCalls('name', ioredis6, { ttl: 5 });
