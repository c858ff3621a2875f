import { fromEvent, map, type Subscription } from 'rxjs';
import { coalescedAsync } from 'rxjs-coalesce';
import { showTimeline, type WatchedEvent } from 'rxjs-coalesce/timeline';

const load = coalescedAsync(async (id: string) => {
  const response = await fetch(`/things/${encodeURIComponent(id)}`, { cache: 'no-store' });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as unknown;
});

showTimeline(the('page'), { 'this page': load.inFlight });

const source = new EventSource('/flights');
let shown: Subscription | undefined;
source.addEventListener('open', () => {
  // When the connection is back, begin afresh: nobody knows what happened meanwhile.
  shown?.unsubscribe();
  const events = fromEvent<MessageEvent<string>>(source, 'message').pipe(
    map(({ data }) => JSON.parse(data) as WatchedEvent),
  );
  shown = showTimeline(the('server'), { 'the server': { events } });
});

for (const button of document.querySelectorAll('button')) {
  button.addEventListener('click', () => {
    // Three parts of the page want the same.
    for (let caller = 0; caller < 3; caller++) void ask(button.value);
  });
}

async function ask(id: string): Promise<void> {
  try {
    await load(id);
    the('status').textContent = `${id} is here.`;
  } catch (error) {
    the('status').textContent = String(error);
  }
}

function the(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no ${id}`);
  return found;
}
