import { httpResource } from '@angular/common/http';
import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import type { Project } from '../../api.js';
import { Loads } from '../loads.js';

@Component({
  selector: 'app-project',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `{{ name() }}`,
})
export class ProjectTag {
  readonly id = input.required<number>();

  readonly #load = inject(Loads).current;
  readonly #project = httpResource<Project>(() => (this.#load() === 0 ? undefined : `/api/projects/${this.id()}`));
  protected readonly name = computed(() => (this.#project.hasValue() ? this.#project.value().name : '…'));
}
