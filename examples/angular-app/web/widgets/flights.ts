import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { map } from 'rxjs';
import { team } from '../board.js';
import { People } from '../people.js';
import { ServerTallies } from '../tallies.js';

@Component({
  selector: 'app-flights',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 id="flights">In flight now</h2>
    <p class="note">
      <output>{{ atServer() }}</output>
    </p>
    <ul class="flights" aria-labelledby="flights">
      @for (id of team; track id) {
        @let callers = waiting().get(id) ?? 0;
        <li [class.none]="callers === 0">
          <code>people/{{ id }}</code>
          <span class="callers" aria-hidden="true">{{ '•'.repeat(callers) }}</span>
          {{ callers === 0 ? 'no flight' : callers === 1 ? '1 caller' : callers + ' callers' }}
        </li>
      }
    </ul>
  `,
})
export class Flights {
  readonly #tallies = inject(ServerTallies).latest;
  readonly #inFlight = inject(People).inFlight;

  protected readonly team = team;
  protected readonly atServer = computed(() => {
    const tallies = this.#tallies();
    const requests = tallies === undefined ? 0 : tallies.with.inFlight + tallies.without.inFlight;
    return requests === 1 ? '1 request at the server' : `${requests} requests at the server`;
  });

  /** How many wait on the flight of each key. */
  protected readonly waiting = toSignal(
    this.#inFlight.events.pipe(
      map(() => new Map([...this.#inFlight.keys()].map((id) => [id, this.#inFlight.callers(id)]))),
    ),
    { initialValue: new Map<number, number>() },
  );
}
