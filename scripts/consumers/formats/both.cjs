// As if a package that a program imports requires the library.
const { deepEqual, equal, notEqual } = require('node:assert/strict');
const { NEVER, Subject } = require('rxjs');
const required = require('rxjs-coalesce');

import('rxjs-coalesce').then(async (imported) => {
  notEqual(required.coalesced, imported.coalesced);
  for (const [one, other] of [
    [required, imported],
    [imported, required],
  ]) {
    const inFlight = one.inFlightCalls();
    const source = new Subject();
    const received = [];
    one
      .coalesced(() => source, { inFlight })('id')
      .subscribe((value) => received.push(value));
    other
      .coalesced(() => NEVER, { inFlight })('id')
      .subscribe((value) => received.push(value));
    const promise = other.coalescedAsync(() => NEVER, { inFlight })('id');
    equal(inFlight.callers('id'), 3);
    source.next('value');
    source.complete();
    deepEqual([...received, await promise], ['value', 'value', 'value']);
  }
});
