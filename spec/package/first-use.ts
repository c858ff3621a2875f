// What a stranger's first program does with the packed library; scripts/check-package.js runs it.
import { forkJoin, of, delay } from 'rxjs';
import { coalesced } from 'rxjs-coalesce';

let runs = 0;
const load = coalesced((id: number) => {
  runs++;
  return of(`user ${id}`).pipe(delay(10));
});

forkJoin([load(1), load(1)]).subscribe((users) => {
  console.log(JSON.stringify({ users, runs }));
});
