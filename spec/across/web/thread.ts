import { parentPort } from 'node:worker_threads';
import { Puppet, type Command } from '../../support/puppet.js';

const puppet = new Puppet();

parentPort?.on('message', (message: Command | 'look') => {
  if (message === 'look') {
    parentPort?.postMessage(puppet.seen);
  } else {
    void puppet.do(message);
  }
});
