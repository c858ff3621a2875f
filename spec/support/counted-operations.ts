import { Observable, type Observer, type Subscription } from 'rxjs';

const wholeArray = [
  'indexOf',
  'lastIndexOf',
  'includes',
  'slice',
  'splice',
  'shift',
  'unshift',
  'filter',
  'concat',
] as const;

/**
 * What something costs, counted: every look at a caller that {@link Operations.subscribe} makes, and, for every native call that may pass
 * a whole array, the length of that array.
 */
export class Operations {
  count = 0;

  /** Makes a call whose subscriber counts how often anyone asks whether it is closed, as everything that notifies it must. */
  subscribe(call: Observable<unknown>, observer: Partial<Observer<unknown>> = {}): Subscription {
    return new Observable((subscriber) => {
      let { closed } = subscriber;
      Object.defineProperty(subscriber, 'closed', {
        get: () => {
          this.count++;
          return closed;
        },
        set: (value: boolean) => {
          closed = value;
        },
      });
      call.subscribe(subscriber);
    }).subscribe(observer);
  }

  /** How many operations `act` took. */
  in(act: () => void): number {
    const natives = wholeArray.map((name) => [name, Reflect.get(Array.prototype, name) as () => unknown] as const);
    const { from } = Array;
    const counted = (native: (...args: unknown[]) => unknown, lengthOf: (self: unknown, args: unknown[]) => number) => {
      const count = (length: number): void => void (this.count += length);
      return function (this: unknown, ...args: unknown[]) {
        count(lengthOf(this, args));
        return native.apply(this, args);
      };
    };
    const before = this.count;
    try {
      for (const [name, native] of natives) {
        Reflect.set(
          Array.prototype,
          name,
          counted(native, (self) => (self as unknown[]).length),
        );
      }
      Reflect.set(
        Array,
        'from',
        counted(from as () => unknown, (_self, [source]) => (source as unknown[]).length),
      );
      act();
    } finally {
      for (const [name, native] of natives) {
        Reflect.set(Array.prototype, name, native);
      }
      Array.from = from;
    }
    return this.count - before;
  }
}
