import { ChangeDetectionStrategy, Component } from '@angular/core';
import { tasks } from '../board.js';
import { PersonChip } from './person-chip.js';
import { ProjectTag } from './project-tag.js';

@Component({
  selector: 'app-tasks',
  imports: [PersonChip, ProjectTag],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 id="tasks">This week</h2>
    <ul class="tasks" aria-labelledby="tasks">
      @for (task of tasks; track $index) {
        <li>
          <span class="title">{{ task.title }}</span>
          <app-project [id]="task.project" />
          <app-person [id]="task.assignee" />
        </li>
      }
    </ul>
  `,
})
export class TaskList {
  protected readonly tasks = tasks;
}
