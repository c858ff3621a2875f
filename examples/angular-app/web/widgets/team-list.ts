import { ChangeDetectionStrategy, Component } from '@angular/core';
import { team } from '../board.js';
import { pollPresence } from '../presence.js';
import { PersonChip } from './person-chip.js';

@Component({
  selector: 'app-team',
  imports: [PersonChip],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 id="team">Team</h2>
    <ul class="people" aria-labelledby="team">
      @for (id of team; track id) {
        <li>
          <app-person [id]="id" [detailed]="true" />
          @if (present(); as present) {
            <span class="presence" [class.here]="present.has(id)">{{ present.has(id) ? 'here' : 'away' }}</span>
          }
        </li>
      }
    </ul>
  `,
})
export class TeamList {
  protected readonly team = team;
  protected readonly present = pollPresence();
}
