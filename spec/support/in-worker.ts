import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Runs a module in a thread of its own, which keeps its changes to globals, and resolves with the one message that it posts. */
export async function inWorker(module: URL, workerData?: unknown): Promise<unknown> {
  const worker = new Worker(module, { workerData });
  try {
    const [message] = (await once(worker, 'message')) as unknown[];
    return message;
  } finally {
    await worker.terminate();
  }
}
