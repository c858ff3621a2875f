import { ChangeDetectionStrategy, Component } from '@angular/core';
import { comments } from '../board.js';
import { PersonChip } from './person-chip.js';

@Component({
  selector: 'app-comments',
  imports: [PersonChip],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 id="comments">Comments</h2>
    <ol class="comments" aria-labelledby="comments">
      @for (comment of comments; track $index) {
        <li>
          <app-person [id]="comment.author" />
          <time>{{ comment.at }}</time>
          <p>{{ comment.text }}</p>
        </li>
      }
    </ol>
  `,
})
export class CommentList {
  protected readonly comments = comments;
}
