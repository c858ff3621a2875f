import { concat, delay, of, type Observable } from 'rxjs';
import { startSlowServer } from './slow-server.js';
import { searchAt, suggestions } from './type-ahead.js';
import { wordsAt } from './words.js';

const server = await startSlowServer(600, wordsAt);
const search = searchAt(server.url, 250);
void search.inFlight.events.forEach(({ type, key, callers }) =>
  console.log(`  ${type} "${key}" (callers: ${callers})`),
);

console.log('A user types "c", "ca", "cx" and then "ca" again, in two fields at once:');
await Promise.all(
  ['header', 'page'].map((field) =>
    suggestions(typed('c', 'ca', 'cx', 'ca'), search).forEach((words) => console.log(`${field}: ${words.join(', ')}`)),
  ),
);
await server.close();
console.log(`The server received ${server.received.join(' ')}; aborted: ${server.aborted.join(' ')}`);

function typed(...terms: string[]): Observable<string> {
  return concat(...terms.map((term) => of(term).pipe(delay(100))));
}
