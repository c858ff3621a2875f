import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { filter, take } from 'rxjs';
import { promiseFrom } from 'rxjs-coalesce';
import { ask } from '../../examples/digest-gateway/http.js';
import { handshakes } from '../../examples/ping-server/handshakes.js';
import { startObservableServer } from '../../examples/ping-server/observable-server.js';
import type { Ping } from '../../examples/ping-server/ping.js';
import { startPromiseServer } from '../../examples/ping-server/promise-server.js';
import type { PingServer } from '../../examples/ping-server/server.js';
import { endAll, run } from './program.js';

describe('examples/ping-server', () => {
  let place: string;
  let pings: FakePings;
  const path = process.env['PATH'];
  const usualTimeout = jasmine.DEFAULT_TIMEOUT_INTERVAL;

  // Processes are started here, perhaps on a slow machine.
  beforeAll(() => (jasmine.DEFAULT_TIMEOUT_INTERVAL = 60_000));
  afterAll(() => (jasmine.DEFAULT_TIMEOUT_INTERVAL = usualTimeout));

  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'ping-server-spec-'));
    pings = new FakePings();
    await pings.install(place);
    process.env['PATH'] = place;
  });

  afterEach(async () => {
    process.env['PATH'] = path;
    await endAll();
    await pings.remove();
    await rm(place, { recursive: true });
  });

  for (const [version, start] of [
    ['Observable', startObservableServer],
    ['promise', startPromiseServer],
  ] as const) {
    describe(`the ${version} version`, () => {
      let server: PingServer;

      beforeEach(async () => {
        server = await start();
      });
      afterEach(() => server.close());

      it('should run one ping for two clients at once', async () => {
        const both = callersAre(2, server);
        const answers = [get(server, '127.0.0.1'), get(server, '127.0.0.1')];
        await both;
        const ping = await pings.next();
        expect(ping.args).toEqual(['-c', '4', '127.0.0.1']);
        ping.end({ output: '4 packets\n' });

        for (const answer of await Promise.all(answers)) {
          expect(answer).toEqual({
            status: 200,
            body: { host: '127.0.0.1', success: true, output: '4 packets\n', error: '' },
          });
        }
        expect(pings.count).toBe(1);
        expect(server.inFlight.size).toBe(0);
      });

      it('should run another ping for another host, and for a client that comes later', async () => {
        for (const host of ['127.0.0.1', '127.0.0.2', '127.0.0.1']) {
          const answer = get(server, host);
          const ping = await pings.next();
          expect(ping.args.at(-1)).toBe(host);
          ping.end({});
          await answer;
        }
        expect(pings.count).toBe(3);
      });

      it('should ping an IPv6 address', async () => {
        const answer = get(server, '::1');
        const ping = await pings.next();
        expect(ping.args).toEqual(['-c', '4', '::1']);
        ping.end({});
        expect((await answer).body).toEqual(jasmine.objectContaining({ host: '::1', success: true }));
      });

      it('should report a ping that fails', async () => {
        const answer = get(server, '127.0.0.1');
        (await pings.next()).end({ output: 'nothing came back', error: 'no route', code: 1 });
        expect(await answer).toEqual({
          status: 200,
          body: { host: '127.0.0.1', success: false, output: 'nothing came back', error: 'no route' },
        });
      });

      it('should keep the ping of a client that hangs up for the clients that still wait', async () => {
        const leader = new AbortController();
        const led = callersAre(1, server);
        const given = get(server, '127.0.0.1', leader.signal).catch(() => 'hung up');
        await led;
        const joined = callersAre(2, server);
        const answer = get(server, '127.0.0.1');
        await joined;

        const left = callersAre(1, server);
        leader.abort();
        await left;
        expect(await given).toBe('hung up');

        (await pings.next()).end({ output: 'still here' });
        expect((await answer).body).toEqual(jasmine.objectContaining({ success: true, output: 'still here' }));
        expect(pings.count).toBe(1);
      });

      it('should kill the ping when every client has hung up', async () => {
        const clients = new AbortController();
        const both = callersAre(2, server);
        const answers = [1, 2].map(() => get(server, '127.0.0.1', clients.signal));
        await both;
        const ping = await pings.next();
        clients.abort();

        await Promise.allSettled(answers);
        await ping.over;
        expect(server.inFlight.size).toBe(0);
      });

      const refused = [
        '',
        'localhost',
        '127.0.0.1; ls',
        '-f',
        '127.0.0',
        '1.2.3.4.5',
        ':::1',
        '127.0.0.1\n',
        '0x7f000001',
      ];
      for (const host of refused) {
        it(`should refuse ${JSON.stringify(host)}`, async () => {
          const { status, body } = await get(server, host);
          expect(status).toBe(400);
          expect(body).toEqual({ error: host === '' ? NO_HOST : `not an IPv4 or IPv6 address: ${host}` });
          expect(pings.count).toBe(0);
        });
      }

      it('should refuse a request without a host', async () => {
        for (const url of [server.url, new URL('/?hos=127.0.0.1', server.url), new URL('/x?host=::1', server.url)]) {
          const { status, body } = await ask(url);
          expect([status, JSON.parse(body)]).toEqual([400, { error: NO_HOST }]);
        }
      });

      describe('without ping', () => {
        beforeEach(async () => {
          process.env['PATH'] = join(place, 'empty');
          await mkdir(join(place, 'empty'));
        });

        it('should measure TCP handshakes and report that', async () => {
          const { status, body } = await get(server, '127.0.0.1');
          expect([status, body.host, body.success, body.error]).toEqual([200, '127.0.0.1', true, '']);
          expect(body.output).toMatch(
            /^ping is not installed\. TCP handshakes with port 80 of 127\.0\.0\.1 instead:\n([1-4]: (accepted|ECONNREFUSED), [\d.]+ ms\n){4}4 tried, 4 answered\n$/,
          );
        });

        it('should measure those of an IPv6 address, if there is one', async () => {
          const available = Object.values(networkInterfaces())
            .flat()
            .some((each) => each?.address === '::1');
          const { body } = await get(server, '::1');
          expect(body.success).toBe(available);
          expect(body.output).toContain(available ? '4 tried, 4 answered' : '4 tried, 0 answered');
        });
      });

      it('should answer 500 if ping cannot be run', async () => {
        await rm(join(place, 'ping'));
        await mkdir(join(place, 'ping'));
        const { status, body } = await get(server, '127.0.0.1');
        expect([status, Object.keys(body)]).toEqual([500, ['error']]);
        expect(server.inFlight.size).toBe(0);
      });
    });
  }

  it('should end handshakes when nobody waits for them', async () => {
    await expectAsync(handshakes('127.0.0.1', AbortSignal.abort())).toBeRejectedWithError(/aborted/);
  });

  describe('npm run example:ping', () => {
    it('should serve both versions until interrupted, and leave no ping behind', async () => {
      const program = run('ping-server');
      const printed = await program.until(/curl .*\n/);
      const urls = [...printed.matchAll(/^(?:Observable|promise) .*(http.*)ADDRESS$/gm)].map(([, url]) => url);
      expect(urls.length).toBe(2);
      expect(printed).toMatch(/curl .*'http:\/\/127\.0\.0\.1:\d+\/\?host=127\.0\.0\.1&client=\[1-3\]'/);

      for (const url of urls) {
        const answers = [ask(new URL(`${url}127.0.0.1`)), ask(new URL(`${url}127.0.0.1&client=2`))];
        await program.until(
          new RegExp(`${url === urls[0] ? 'Observable' : 'promise'} +127.0.0.1: join \\(callers: 2\\)`),
        );
        (await pings.next()).end({ output: 'pong' });
        for (const { body } of await Promise.all(answers)) {
          expect((JSON.parse(body) as Ping).output).toBe('pong');
        }
      }
      expect(pings.count).toBe(2);

      const unanswered = ask(new URL(`${urls[0]}::1`));
      const ping = await pings.next();
      program.signal('SIGINT');
      await expectAsync(unanswered).toBeRejected();
      await ping.over;
      expect(await program.ended).toBe(0);
    });
  });
});

const NO_HOST = 'no host: ask for GET /?host=ADDRESS';

async function get(
  { url }: PingServer,
  host: string,
  signal?: AbortSignal,
): Promise<{ status: number; body: Partial<Ping> }> {
  const { status, body } = await ask(new URL(`/?host=${encodeURIComponent(host)}`, url), { signal });
  return { status, body: JSON.parse(body) as Partial<Ping> };
}

function callersAre(callers: number, { inFlight }: PingServer): Promise<unknown> {
  return promiseFrom(
    inFlight.events.pipe(
      filter((event) => event.callers === callers),
      take(1),
    ),
  );
}

interface Result {
  output?: string;
  error?: string;
  code?: number;
}

/** A `ping` that reports here when it is run, and waits for what to print. */
class FakePings {
  count = 0;
  readonly #server: Server = createServer();
  readonly #sockets = new Set<Socket>();
  readonly #running: FakePing[] = [];

  async install(folder: string): Promise<void> {
    this.#server.on('connection', (socket) => {
      this.count += 1;
      this.#sockets.add(socket);
      socket.once('data', (args) => {
        this.#running.push(new FakePing(JSON.parse(args.toString()) as string[], socket));
        this.#server.emit('ping');
      });
    });
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    await writeFile(join(folder, 'ping'), scriptFor((this.#server.address() as AddressInfo).port), { mode: 0o755 });
  }

  async next(): Promise<FakePing> {
    if (this.#running.length === 0) await once(this.#server, 'ping');
    return this.#running.shift()!;
  }

  async remove(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server.close(), 'close');
  }
}

class FakePing {
  /** Its process is no more. */
  readonly over: Promise<unknown>;

  constructor(
    readonly args: readonly string[],
    private readonly socket: Socket,
  ) {
    this.over = once(socket.on('error', () => {}).resume(), 'close');
  }

  end({ output = '', error = '', code = 0 }: Result): void {
    this.socket.end(JSON.stringify({ output, error, code }));
  }
}

function scriptFor(port: number): string {
  return `#!${process.execPath}
const socket = require('node:net').connect(${port}, '127.0.0.1');
socket.write(JSON.stringify(process.argv.slice(2)));
let received = '';
socket.on('data', (text) => (received += text)).on('end', () => {
  const { output, error, code } = JSON.parse(received);
  process.stdout.write(output);
  process.stderr.write(error);
  process.exitCode = code;
});
`;
}
