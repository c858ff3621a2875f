import { retry, Subject, type Observable, type Subscription } from 'rxjs';
import { coalesceBy, coalesced, coalescedAsync, inFlightCalls, promiseFrom } from 'rxjs-coalesce';
import type { Part } from './api.js';
import type { NamingStage } from './play.js';

export type Way = 'coalesced' | 'coalescedAsync' | 'join' | 'ignore' | 'concurrent';

export interface Wish {
  readonly key: string;
  readonly way: Way;
  /** How often a caller tries again after an error. */
  readonly retries: number;
}

interface Waiting {
  readonly name: string;
  readonly key: string;
  readonly leads: boolean;
  readonly leave: () => void;
}

const names = ['Ada', 'Ben', 'Cleo', 'Dan', 'Eve', 'Finn', 'Gil', 'Hana', 'Ivo', 'June'];

/** Does what the visitor asks for, by every function of the library; all of them share one registry. */
export class Console {
  readonly #inFlight = inFlightCalls<string, Part>();
  readonly #stage: NamingStage;
  readonly #load: (key: string) => Observable<Part>;
  readonly #ask: (key: string, options: { signal?: AbortSignal }) => Promise<Part>;
  readonly #waiting = new Set<Waiting>();
  readonly #pipelines = new Map<Way, { readonly send: (key: string) => void; readonly running: Subscription }>();
  #called = 0;

  constructor(stage: NamingStage) {
    const inFlight = this.#inFlight;
    const keyFn = (key: string): string => key;
    this.#stage = stage;
    this.#load = coalesced((key: string) => stage.get(key), { inFlight, keyFn });
    this.#ask = coalescedAsync(
      (key: string, options: { signal?: AbortSignal }) => promiseFrom(stage.get(key), options),
      { inFlight, keyFn },
    );
    stage.watch(inFlight);
  }

  /** A crowd calls without names, and what each of them receives is not logged. */
  call(wish: Wish, crowd = false): void {
    const name = crowd ? '' : (names[this.#called % names.length] ?? '');
    this.#called += 1;
    if (wish.way === 'coalesced') this.#observe(name, wish);
    else if (wish.way === 'coalescedAsync') void this.#promise(name, wish);
    else this.#pipeline(wish.way)(wish.key);
  }

  /** Whether anybody was there to leave. */
  leave(key: string): boolean {
    return this.#go([...this.#waiting].reverse().find((caller) => caller.key === key)) || this.#leavePipeline(key);
  }

  leaderLeaves(key: string): boolean {
    return this.#go([...this.#waiting].reverse().find((caller) => caller.key === key && caller.leads));
  }

  forget(key: string): boolean {
    return this.#inFlight.forget(key);
  }

  abort(key: string): boolean {
    return this.#inFlight.abort(key, new Error('aborted by the visitor'));
  }

  #observe(name: string, { key, retries }: Wish): void {
    const { caller, observer } = this.#stage;
    const leads = !this.#inFlight.has(key);
    const call = this.#load(key).pipe(caller(name), retry(retries)).subscribe(observer(name));
    this.#wait({ name, key, leads, leave: () => call.unsubscribe() }, (done) => call.add(done));
  }

  async #promise(name: string, { key, retries }: Wish): Promise<void> {
    const { as, observer } = this.#stage;
    const impatient = new AbortController();
    const { signal } = impatient;
    const waiting = {
      name,
      key,
      leads: !this.#inFlight.has(key),
      leave: () => as(name, () => impatient.abort(new Error('no longer interested'))),
    };
    this.#waiting.add(waiting);
    for (let left = retries; ; left--) {
      try {
        observer(name).next(await as(name, () => this.#ask(key, { signal })));
        break;
      } catch (error) {
        if (left > 0 && !signal.aborted) continue;
        observer(name).error(error);
        break;
      }
    }
    this.#waiting.delete(waiting);
  }

  /** A pipeline runs until it fails or its subscriber leaves; the next call begins another. */
  #pipeline(way: 'join' | 'ignore' | 'concurrent'): (key: string) => void {
    const known = this.#pipelines.get(way);
    if (known !== undefined && !known.running.closed) return known.send;
    const { get, observer, as } = this.#stage;
    const config = { join: {}, ignore: { duplicates: 'ignore' }, concurrent: { concurrent: 2 } } as const;
    const source = new Subject<string>();
    const answers = source.pipe(
      coalesceBy(
        (key) => key,
        (key) => get(key),
        { inFlight: this.#inFlight, ...config[way] },
      ),
    );
    const send = (key: string): void => as('pipeline', () => source.next(key));
    this.#pipelines.set(way, { send, running: answers.subscribe(observer('the pipeline')) });
    return send;
  }

  /** Its one subscriber leaves, with all its values. */
  #leavePipeline(key: string): boolean {
    if (!this.#inFlight.has(key)) return false;
    for (const { running } of this.#pipelines.values()) running.unsubscribe();
    return !this.#inFlight.has(key);
  }

  #wait(caller: Waiting, whenDone: (done: () => void) => void): void {
    this.#waiting.add(caller);
    whenDone(() => this.#waiting.delete(caller));
  }

  #go(caller: Waiting | undefined): boolean {
    caller?.leave();
    return caller !== undefined;
  }
}
