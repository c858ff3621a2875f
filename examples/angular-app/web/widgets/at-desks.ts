import { ChangeDetectionStrategy, Component } from '@angular/core';
import { team } from '../board.js';
import { pollPresence } from '../presence.js';

@Component({
  selector: 'app-at-desks',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (present(); as present) {
      {{ present.size }} of {{ team.length }} at their desks
    }
  `,
})
export class AtDesks {
  protected readonly team = team;
  protected readonly present = pollPresence();
}
