import { Observable } from 'rxjs';
import { settingNames, type Part, type Settings, type Tally } from './api.js';
import type { Things } from './things.js';

/** The things of the server, by requests. */
export class Requests implements Things {
  readonly play: string;
  readonly #settings: () => Settings;

  constructor(play: string, settings: () => Settings) {
    this.play = play;
    this.#settings = settings;
  }

  readonly get = (key: string): Observable<Part> =>
    new Observable((subscriber) => {
      const hangUp = new AbortController();
      read(this.#url(`/things/${encodeURIComponent(key)}`), hangUp.signal, (part) => subscriber.next(part)).then(
        () => subscriber.complete(),
        (error: unknown) => subscriber.error(error),
      );
      return () => hangUp.abort();
    });

  readonly put = async (key: string): Promise<void> => {
    await fetch(this.#url(`/things/${encodeURIComponent(key)}`), { method: 'PUT' });
  };

  async tally(): Promise<Tally> {
    for (;;) {
      const response = await fetch(this.#url('/tally'), { cache: 'no-store' });
      const tally = (await response.json()) as Tally;
      if (tally.received === tally.answered + tally.failed + tally.aborted) return tally;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  #url(path: string): string {
    const settings = this.#settings();
    const query = new URLSearchParams(settingNames.map((name) => [name, String(settings[name])]));
    query.set('play', this.play);
    return `${path}?${query.toString()}`;
  }
}

async function read(url: string, signal: AbortSignal, emit: (part: Part) => void): Promise<void> {
  // Through its cache, the browser would ask for one thing after the other.
  const { ok, status, body } = await fetch(url, { signal, cache: 'no-store' });
  if (!ok || body === null) throw new Error(`The server answered ${status}`);
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) emit(JSON.parse(line) as Part);
  }
}
