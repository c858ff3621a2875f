import { Puppet } from './puppet.js';

/** For pages: specs steer them by `puppet`. */
Object.assign(globalThis, { puppet: new Puppet() });
