import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A server that passes on what a client and a real server send to each other, or does not. */
export interface TcpProxy {
  readonly port: number;
  readonly url: string;
  /** Held back on either way, in ms. */
  delay: number;
  /** What is read and not passed on. */
  swallows: { requests: boolean; replies: boolean };
  /** Receives each request as text; one that it returns false for is swallowed, with all that comes later by that connection. */
  passes: (request: string) => boolean;
  /** Ends all connections. */
  cut(): void;
  close(): Promise<void>;
}

export async function startTcpProxy(target: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    let deaf = false;
    for (const [from, to, way] of [
      [client, upstream, 'requests'],
      [upstream, client, 'replies'],
    ] as const) {
      sockets.add(from);
      from.setNoDelay(true);
      from.on('data', (data) => {
        if (way === 'requests' && !proxy.passes(data.toString('latin1'))) {
          deaf = true;
        }
        if (deaf || proxy.swallows[way]) {
          return;
        }
        if (proxy.delay > 0) {
          setTimeout(() => to.write(data), proxy.delay);
        } else {
          to.write(data);
        }
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const proxy: TcpProxy = {
    port,
    url: `redis://127.0.0.1:${port}`,
    delay: 0,
    swallows: { requests: false, replies: false },
    passes: () => true,
    cut: () => {
      for (const socket of sockets) {
        socket.destroy();
      }
    },
    close: () => {
      proxy.cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return proxy;
}
