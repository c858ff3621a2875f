import { provideHttpClient, withFetch, withInterceptors } from '@angular/common/http';
import type { ApplicationConfig } from '@angular/core';
import { coalesceInterceptor } from 'rxjs-coalesce/angular';
import { coalescing } from './coalescing.js';

export const appConfig: ApplicationConfig = {
  providers: [
    provideHttpClient(
      withFetch(),
      withInterceptors([coalesceInterceptor({ when: ({ method }) => coalescing() && method === 'GET' })]),
    ),
  ],
};
