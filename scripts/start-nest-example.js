/** Installs NestJS, compiles examples/nest-app, and runs it. */
import { nestProject } from './nest-project.js';

nestProject('build/nest-app', '12', ['examples/nest-app']);
await import('../build/nest-app/examples/nest-app/main.js');
