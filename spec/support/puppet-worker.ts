import { Puppet, type Command } from './puppet.js';

/** For workers of any kind: whoever sends a command receives what has been seen. */
const puppet = new Puppet();
const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent) => void;
  onconnect: (event: MessageEvent) => void;
  postMessage(message: unknown): void;
};

function obey({ data, source, target }: MessageEvent): void {
  if (data !== 'look') {
    void puppet.do(data as Command);
  }
  // A client of a service worker, the port of a shared one, or the thread that made this one.
  ((source ?? target) as unknown as typeof scope).postMessage(puppet.seen);
}

scope.onmessage = obey;
scope.onconnect = ({ ports: [port] }) => {
  port!.onmessage = obey;
};
