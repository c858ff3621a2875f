import type { Cluster as IORedis6Cluster, Redis as IORedis6 } from 'ioredis';
import type { Cluster as IORedis5Cluster, Redis as IORedis5 } from 'ioredis-5';
import type { Cluster as IOValkeyCluster, Redis as IOValkey } from 'iovalkey';
import { createClient, createCluster, createSentinel } from 'redis';
import * as redis5 from 'redis-5';
import type { RedisClient } from '../../src/across/redis/redis-client.js';

declare const give: (client: RedisClient) => void;
declare const io6: IORedis6;
declare const io6c: IORedis6Cluster;
declare const io5: IORedis5;
declare const io5c: IORedis5Cluster;
declare const iov: IOValkey;
declare const iovc: IOValkeyCluster;
give(io6);
give(io6c);
give(io5);
give(io5c);
give(iov);
give(iovc);
give(createClient());
give(createClient({ RESP: 2 }));
give(await createClient({ RESP: 3 }).connect());
give(createCluster({ rootNodes: [] }));
give(redis5.createClient());
give(redis5.createClient({ RESP: 3 }));
give(redis5.createCluster({ rootNodes: [], RESP: 3 }));
give(createSentinel({ name: 'a', sentinelRootNodes: [] }));
give(redis5.createSentinel({ name: 'a', sentinelRootNodes: [] }));
// @ts-expect-error
give({});
// @ts-expect-error
give(new Map());
