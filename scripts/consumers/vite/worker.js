// A service worker whose pages share requests.
import { coalescedAsync } from 'rxjs-coalesce';
import { webInFlightCalls } from 'rxjs-coalesce/web';

let runs = 0;
let asked = 0;
let answer;
const bothAsked = new Promise((resolve) => (answer = resolve));

const load = coalescedAsync(
  async (path) => {
    const run = ++runs;
    await bothAsked;
    return `${await (await fetch(path)).text()}, run ${run}`;
  },
  { inFlight: webInFlightCalls('worker') },
);

addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (event) => {
  if (new URL(event.request.url).pathname !== '/users/1') return;
  event.respondWith(load('/user.txt').then((text) => new Response(text)));
  if (++asked === 2) answer();
});
