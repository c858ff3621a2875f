import { Flight, type FlightOwner } from '../flight/flight.js';
import type { Route } from './route.js';

/** A flight of this participant. It may run here or elsewhere: its {@link Route} decides. */
export class AcrossFlight<K, T> extends Flight<K, T> {
  readonly #route: Route<K, T>;

  constructor(owner: FlightOwner<K, T>, key: K, route: Route<K, T>) {
    super(owner, key, () => route.source(this), route);
    this.#route = route;
  }

  override forget(): void {
    this.#route.forget();
    super.forget();
  }
}
