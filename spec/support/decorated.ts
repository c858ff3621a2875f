// Decorated classes that compile under both decorator protocols.
import { map, Subject, type Observable } from 'rxjs';
import { Coalesce, CoalesceAsync, inFlightCalls } from '../../src/index.js';

/** What ran, and the source of each run. */
export const runs: { readonly what: string; readonly self: unknown; readonly source: Subject<string> }[] = [];

export const wide = inFlightCalls<unknown, string>();

export const toKey = Symbol('toKey');

function run(self: unknown, what: string): Subject<string> {
  const source = new Subject<string>();
  runs.push({ what, self, source });
  return source;
}

export class Service {
  constructor(readonly tenant = 'a') {}

  @Coalesce()
  load(id: number): Observable<string> {
    return run(this, `load ${id}`);
  }

  @Coalesce()
  other(id: number): Observable<string> {
    return run(this, `other ${id}`);
  }

  @Coalesce({
    keyFn() {
      return this.tenant;
    },
  })
  byTenant(id: number): Observable<string> {
    return run(this, `byTenant ${id}`);
  }

  @Coalesce({ inFlight: wide })
  shared(id: number): Observable<string> {
    return run(this, `shared ${id}`);
  }

  @Coalesce({ resetOnRefCountZero: false })
  lasting(id: number): Observable<string> {
    return run(this, `lasting ${id}`);
  }

  @Coalesce()
  failing(): Observable<string> {
    throw new Error(`no luck for ${this.tenant}`);
  }

  @Coalesce({
    keyFn: () => {
      throw new Error('no key');
    },
  })
  keyless(): Observable<string> {
    return run(this, 'keyless');
  }

  @Coalesce()
  [toKey](id: number, page = 1): Observable<string> {
    return run(this, `symbol ${id} ${page}`);
  }

  @CoalesceAsync()
  async promised(id: number, { signal }: { signal?: AbortSignal } = {}): Promise<string> {
    const source = run(this, `promised ${id}`);
    signal?.addEventListener('abort', () => source.error(new Error('the flight was aborted')));
    return new Promise((resolve, reject) => {
      source.subscribe({ next: resolve, error: reject });
    });
  }

  @CoalesceAsync({
    keyFn() {
      return this.tenant;
    },
  })
  promisedByTenant(id: number): Promise<string> {
    return this.promised(id);
  }

  @CoalesceAsync()
  failingAsync(): Promise<string> {
    throw new Error(`no luck for ${this.tenant}`);
  }

  @Coalesce()
  static forAll(id: number): Observable<string> {
    return run(this, `static ${id}`);
  }

  @CoalesceAsync()
  static promisedForAll(id: number): Promise<string> {
    return new Promise((resolve) => {
      run(this, `static promised ${id}`).subscribe(resolve);
    });
  }
}

export class Inheriting extends Service {}

/** Overrides without a decorator. */
export class Plain extends Service {
  override load(id: number): Observable<string> {
    return super.load(id).pipe(map((value) => `plain ${value}`));
  }
}

/** Overrides with one. */
export class Decorated extends Service {
  @Coalesce()
  override load(id: number): Observable<string> {
    runs.push({ what: `override ${id}`, self: this, source: new Subject() });
    return super.load(id).pipe(map((value) => `decorated ${value}`));
  }

  @Coalesce()
  static override forAll(id: number): Observable<string> {
    return super.forAll(id).pipe(map((value) => `decorated ${value}`));
  }
}
