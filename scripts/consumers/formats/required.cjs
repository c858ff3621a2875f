const { equal } = require('node:assert/strict');
const { of } = require('rxjs');
const { coalesced } = require('rxjs-coalesce');

const load = coalesced((id) => of(id));
load('id').subscribe((value) => equal(value, 'id'));
equal(load.inFlight.size, 0);
