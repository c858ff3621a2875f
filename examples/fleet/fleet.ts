import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { GatewayData, GatewayReport } from './gateway.js';
import type { Medium } from './medium.js';

/** A gateway, as its clients know it. */
export interface Gateway {
  readonly url: string;
  /** The paths whose reads run here, and all paths, each time that it is settled where their reads run. */
  readonly leads: string[];
  readonly settled: string[];
  kill(): Promise<unknown>;
  stop(): Promise<unknown>;
}

/** Starts gateways: a process each, or a thread each if they share between threads. */
export function startFleet(count: number, origin: string, medium: Medium): Promise<Gateway[]> {
  return Promise.all(Array.from({ length: count }, () => startGateway({ origin, medium })));
}

function startGateway(data: GatewayData): Promise<Gateway> {
  const program = new URL('gateway.js', import.meta.url);
  const leads: string[] = [];
  const settled: string[] = [];
  return new Promise((resolve, reject) => {
    const receive = (stops: Pick<Gateway, 'kill' | 'stop'>) => (report: GatewayReport) => {
      if ('url' in report) {
        resolve({ url: report.url, leads, settled, ...stops });
      } else {
        settled.push(report.path);
        if (report.leads) leads.push(report.path);
      }
    };
    if (data.medium.kind === 'threads') {
      const thread = new Worker(program, { workerData: data });
      const ended = new Promise((over) => thread.once('exit', over));
      const stop = () => (thread.postMessage('stop'), ended);
      thread.on('message', receive({ kill: () => thread.terminate(), stop }));
      thread.once('error', reject);
    } else {
      const child = fork(fileURLToPath(program), [JSON.stringify(data)]);
      const ended = new Promise((over) => child.once('exit', over));
      const kill = () => (child.kill('SIGKILL'), ended);
      const stop = () => (child.connected && child.disconnect(), ended);
      child.on('message', receive({ kill, stop }));
      child.once('error', reject);
    }
  });
}
