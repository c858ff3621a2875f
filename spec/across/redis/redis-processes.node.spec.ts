import { startGate } from '../../support/gate.js';
import {
  RedisParticipants,
  type Notification,
  type RedisParticipant,
  type Run,
} from '../../support/redis-participants.js';
import { describeWithRedis, RedisInspector } from '../../support/redis-server.js';
import { until } from '../../support/until.js';

/** Longer than a process may pause on a loaded machine, since there would be more runs otherwise. */
const steady = { lease: 10_000, patience: 20_000 };
const brief = { lease: 1000, patience: 20_000 };

const complete: Notification = ['complete'];
const answering = (value: unknown, after: string): Run => ({ values: [value], end: 'complete', after });
const unending = (...values: unknown[]): Run => ({ values, end: 'never' });

describeWithRedis('flights of many processes', (redis) => {
  let timeout: number;
  beforeAll(() => {
    // Twenty processes take their time to start on a loaded machine.
    timeout = jasmine.DEFAULT_TIMEOUT_INTERVAL;
    jasmine.DEFAULT_TIMEOUT_INTERVAL = 120_000;
  });
  afterAll(() => {
    jasmine.DEFAULT_TIMEOUT_INTERVAL = timeout;
  });

  const inspector = new RedisInspector(redis);
  const processes = new RedisParticipants();
  const fleet = (count: number, config = steady) => processes.open(count, redis.url, { config });
  let keys = 0;
  const newKey = (): string => `key ${++keys}`;

  async function leaderOf(participants: readonly RedisParticipant[]): Promise<RedisParticipant> {
    const leads = () => participants.find(({ runs }) => runs.length > 0);
    await until(leads);
    return leads()!;
  }

  const totalRuns = (participants: readonly RedisParticipant[]): number =>
    participants.reduce((sum, { runs }) => sum + runs.length, 0);

  afterEach(async () => {
    await until(async () => (await inspector.keys()).length === 0);
    await processes.close();
    expect(await inspector.keys()).toEqual([]);
    await until(async () => (await inspector.clients()).length === 0);
  });

  afterAll(async () => {
    expect(new Set(await processes.exit())).toEqual(new Set([0]));
  });

  it('law 30: run once for twenty processes with a thousand callers each', async () => {
    const participants = await fleet(20);
    for (const face of ['observable', 'promise'] as const) {
      const gate = await startGate();
      const key = newKey();
      const answer = { at: new Date(0), big: 2n ** 70n, bytes: Uint8Array.of(1, 2), list: [undefined, NaN, -0] };
      const before = totalRuns(participants);
      const calls = participants.map((participant) =>
        participant.call(key, answering(answer, gate.url), { callers: 1000, face }),
      );
      await until(() => participants.every(({ events }) => events.some((event) => isPlacement(event, key))));
      gate.open();
      for (const { ended } of calls) {
        expect(await ended).toEqual([{ callers: 1000, received: [['next', answer], complete] }]);
      }
      expect(totalRuns(participants) - before).toBe(1);
      await gate.close();
    }
  });

  it('law 31: replay to a process that joins late from the first value', async () => {
    const [first, late] = (await fleet(2)) as [RedisParticipant, RedisParticipant];
    const key = newKey();
    const early = first.call(key, unending(1, 2, 3));
    await until(() => early.received.length === 3);
    const call = late.call(key, unending('another run'));
    await until(() => call.received.length === 3);
    expect(call.received).toEqual([
      ['next', 1],
      ['next', 2],
      ['next', 3],
    ]);
    expect([late.runs, late.course]).toEqual([[], ['follow']]);
    early.leave();
    call.leave();
  });

  it('law 33: cancel the query when the last caller leaves, in any process', async () => {
    const gate = await startGate();
    const run = answering('answer', gate.url);
    const [a, b, c] = (await fleet(3)) as [RedisParticipant, RedisParticipant, RedisParticipant];
    const key = newKey();
    const own = a.call(key, run, { callers: 3 });
    await until(() => gate.asked === 1);
    const others = [b, c].map((participant) => participant.call(key, run, { callers: 2 }));
    await until(() => b.course.includes('follow') && c.course.includes('follow'));

    own.leave();
    others[0]!.leave();
    await until(() => b.course.includes('cancel'));
    // Somebody still waits: a call made now is answered by that run.
    const again = b.call(key, run);
    await until(() => b.course.filter((type) => type === 'follow').length === 2);
    expect([gate.asked, gate.hungUp]).toEqual([1, 0]);

    others[1]!.leave();
    again.leave();
    await until(() => gate.hungUp === 1);
    await until(() => a.tornDown.length === 1);
    expect(gate.asked).toBe(1);
    await gate.close();
  });

  it('law 34: replace a leader that is killed by one of the waiting processes', async () => {
    const gate = await startGate();
    const participants = await fleet(4, brief);
    const key = newKey();
    const calls = participants.map((participant) => participant.call(key, answering('answer', gate.url)));
    const leader = await leaderOf(participants);
    const others = participants.filter((participant) => participant !== leader);
    await until(() => others.every(({ course }) => course.includes('follow')));
    leader.signal('SIGKILL');
    const successor = await leaderOf(others);
    await until(() => others.every((other) => other === successor || other.course.length === 2));
    gate.open();
    for (const [i, { ended }] of calls.entries()) {
      if (participants[i] !== leader) {
        expect(await ended).toEqual([{ callers: 1, received: [['next', 'answer'], complete] }]);
      }
    }
    expect(others.map(({ course }) => course.join()).sort()).toEqual([
      'follow,follow,complete',
      'follow,follow,complete',
      'follow,lead,complete',
    ]);
    await gate.close();
  });

  it('law 34: replace a leader that dies before anyone follows it', async () => {
    const gate = await startGate();
    const [leader, ...others] = (await fleet(3, brief)) as [RedisParticipant, ...RedisParticipant[]];
    const key = newKey();
    leader.call(key, answering('answer', gate.url));
    await until(() => leader.runs.length === 1);
    leader.signal('SIGKILL');
    const calls = others.map((participant) => participant.call(key, answering('answer', gate.url)));
    await until(() => others.every(({ course }) => course.length === 1));
    gate.open();
    for (const { ended } of calls) {
      expect(await ended).toEqual([{ callers: 1, received: [['next', 'answer'], complete] }]);
    }
    expect(others.map(({ course }) => course.join()).sort()).toEqual(['follow,complete', 'lead,complete']);
    await gate.close();
  });

  it('law 34: fail the processes that have received values of a leader that is killed', async () => {
    const participants = await fleet(3, brief);
    const [leader, ...others] = participants as [RedisParticipant, ...RedisParticipant[]];
    const key = newKey();
    leader.call(key, unending('first', 'second'));
    await until(() => leader.runs.length > 0);
    const calls = others.map((participant) => participant.call(key, unending('another run')));
    await until(() => calls.every(({ received }) => received.length === 2));
    leader.signal('SIGKILL');
    for (const { ended } of calls) {
      const { received } = (await ended)[0]!;
      expect(received.map(([type]) => type)).toEqual(['next', 'next', 'error']);
      expect(received[2]![1]).toEqual(jasmine.objectContaining({ name: 'LeaderLostError' }));
    }
    expect(totalRuns(participants)).toBe(1);
  });

  it('law 35: let a leader that was stopped for longer than its lease go on alone', async () => {
    const gate = await startGate();
    const participants = await fleet(3, brief);
    const [stopped, ...others] = participants as [RedisParticipant, ...RedisParticipant[]];
    const key = newKey();
    const own = stopped.call(key, answering('late answer', gate.url));
    await until(() => stopped.runs.length > 0);
    const second = await startGate();
    const calls = others.map((participant) => participant.call(key, answering('answer', second.url)));
    await until(() => others.every(({ course }) => course.includes('follow')));
    stopped.signal('SIGSTOP');
    const successor = await leaderOf(others);
    const [place = ''] = await inspector.keys();
    const holder = await inspector.command('GET', place);
    await until(() => others.every((other) => other === successor || other.course.length === 2));

    stopped.signal('SIGCONT');
    gate.open();
    expect(await own.ended).toEqual([{ callers: 1, received: [['next', 'late answer'], complete] }]);
    expect(await inspector.command('GET', place)).toEqual(holder);
    second.open();
    for (const { ended } of calls) {
      expect(await ended).toEqual([{ callers: 1, received: [['next', 'answer'], complete] }]);
    }
    expect(totalRuns(participants)).toBe(2);
    await Promise.all([gate.close(), second.close()]);
  });

  it('law 38: forget everywhere, so that no read joins one that began before a write', async () => {
    const participants = await fleet(4);
    const [reader, writer] = participants as [RedisParticipant, RedisParticipant];
    const key = newKey();
    const old = reader.call(key, unending('before'));
    await until(() => old.received.length === 1);
    writer.forget(key);
    await until(async () => (await inspector.keys()).length === 0);
    const calls = participants.slice(1).map((participant) => participant.call(key, unending('after')));
    await until(() => calls.every(({ received }) => received.length === 1));
    expect(calls.map(({ received }) => received)).toEqual(calls.map(() => [['next', 'after']]));
    expect(old.received).toEqual([['next', 'before']]);
    expect(totalRuns(participants)).toBe(2);
    for (const call of [old, ...calls]) {
      call.leave();
    }
  });

  it('law 38: abort for everyone, with the reason, wherever the flight runs', async () => {
    const participants = await fleet(3);
    const [a, b, c] = participants as [RedisParticipant, RedisParticipant, RedisParticipant];
    const key = newKey();
    const calls = [a, b].map((participant) => participant.call(key, unending(), { callers: 5 }));
    await until(() => [a, b].some(({ course }) => course.includes('follow')));
    c.abort(key, new RangeError('no more of it'));
    for (const { ended } of calls) {
      expect(await ended).toEqual([
        { callers: 5, received: [['error', { name: 'RangeError', message: 'no more of it' }]] },
      ]);
    }
    await until(() => totalRuns(participants) === a.tornDown.length + b.tornDown.length);
  });

  it('law 37: end for everyone with an error of the same class', async () => {
    const gate = await startGate();
    const participants = await fleet(2);
    const key = newKey();
    const run: Run = { values: [1], end: 'error', after: gate.url };
    const calls = participants.map((participant) => participant.call(key, run));
    await until(() => participants.some(({ course }) => course.includes('follow')));
    gate.open();
    for (const { ended } of calls) {
      const error: Notification = ['error', { name: 'RangeError', message: 'out of range' }];
      expect(await ended).toEqual([{ callers: 1, received: [['next', 1], error] }]);
    }
    expect(totalRuns(participants)).toBe(1);
    await gate.close();
  });

  function isPlacement({ type, key }: { type: string; key: unknown }, of: string): boolean {
    return key === of && ['lead', 'follow', 'apart'].includes(type);
  }
});
