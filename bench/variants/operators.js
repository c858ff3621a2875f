import { mergeMap } from 'rxjs';
import { coalesceBy } from '../../dist/index.mjs';
import { observables } from './observables.js';

/** How a pipeline can share runs by key: each makes an operator of `project`. */
export const operators = {
  'rxjs-coalesce': {
    lacks: '',
    load: () => (project) => coalesceBy((key) => key, project),
  },
  mergeMap: {
    lacks: 'shares nothing: each value is a run of its own',
    load: () => (project) => mergeMap(project),
  },
  'mergeMap + idiom': {
    lacks: observables.idiom.lacks,
    load: () => (project) => mergeMap(observables.idiom.load()(project).join),
  },
};
