import { NEVER } from 'rxjs';
import { coalesced, coalescedAsync } from '../../dist/index.mjs';
import { asyncLead } from './async.js';
import { lead } from './lead.js';

const sharing = (config, watch = () => undefined) => ({
  lacks: '',
  load: () => (fn) => {
    const call = coalesced(fn, config);
    watch(call.inFlight);
    return { lead: call, join: call };
  },
});

/** What a lead pays for what it uses, beside one that uses nothing. */
export const features = {
  ...lead,
  name: 'features',
  title: 'Lead with what not every flight uses: what is not used is not paid for',
  baseline: 'nothing',
  variants: {
    nothing: sharing({}),
    'bufferSize: 1': sharing({ bufferSize: 1 }),
    'a notifier': sharing({ resetOnRefCountZero: () => NEVER }),
    'a listener of events': sharing({}, (inFlight) => inFlight.events.subscribe()),
    'a keyFn': sharing({ keyFn: (key) => key }),
  },
};

const { signal } = new AbortController();

const withLast = (...last) => ({
  lacks: '',
  load: () => (fn) => {
    const call = coalescedAsync((key) => fn(key));
    return (key) => call(key, ...last);
  },
});

/** The same for a promise caller's signal. The flight's own is made when it is read: as an argument always, as an option by the function. */
export const signals = {
  ...asyncLead,
  name: 'features-async',
  title: 'Promise lead with and without a signal of the caller’s',
  baseline: 'no signal',
  variants: {
    'no signal': withLast(),
    '{ signal }, which nobody reads': withLast({ signal }),
    signal: withLast(signal),
    'new AbortController().signal': {
      lacks: 'the price of a signal in Node',
      load: () => (fn) => (key) => fn(new AbortController().signal.aborted ? undefined : key),
    },
  },
};
