import { parentPort } from 'node:worker_threads';
import { Puppet, type Command } from '../../support/puppet.js';

const puppet = new Puppet();

parentPort?.on('message', (message: Command | { readonly do: 'end' } | 'look') => {
  if (message === 'look') {
    parentPort?.postMessage(puppet.seen);
  } else if (message.do === 'end') {
    // It ends when nothing else keeps it alive.
    parentPort?.unref();
  } else {
    void puppet.do(message);
  }
});
