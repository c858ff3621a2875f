import { equal } from 'node:assert/strict';
import { of } from 'rxjs';
import { coalesced } from 'rxjs-coalesce';

const load = coalesced((id) => of(id));
load('id').subscribe((value) => equal(value, 'id'));
equal(load.inFlight.size, 0);
