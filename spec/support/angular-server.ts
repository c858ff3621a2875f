// Run in a worker: renders the same page for each of the users at once, as a server would, and posts the pages.
import '@angular/compiler';
import {
  HttpClient,
  provideHttpClient,
  withFetch,
  withInterceptors,
  type HttpInterceptorFn,
} from '@angular/common/http';
import { Component, inject, InjectionToken } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { bootstrapApplication, provideClientHydration } from '@angular/platform-browser';
import { provideServerRendering, renderApplication } from '@angular/platform-server';
import { parentPort, workerData } from 'node:worker_threads';
import { coalesceInterceptor } from '../../src/angular/index.js';
import { zoneless } from './angular-zoneless.js';

const { backend, users } = workerData as { readonly backend: string; readonly users: readonly string[] };

const COOKIE = new InjectionToken<string>('the cookie of the user whose page is rendered, if any');

// Constants of a module, as in an application.
const coalesce = coalesceInterceptor();
const withCookie: HttpInterceptorFn = (request, next) => {
  const cookie = inject(COOKIE);
  return next(cookie === '' ? request : request.clone({ setHeaders: { Cookie: cookie } }));
};

@Component({ standalone: true, selector: 'app-greeting', template: '<p>{{ greeting() }}</p>' })
class Greeting {
  readonly greeting = toSignal(inject(HttpClient).get(backend, { responseType: 'text' }));
}

@Component({
  standalone: true,
  selector: 'app-root',
  imports: [Greeting],
  template: '@for (place of places; track place) { <app-greeting /> }',
})
class Page {
  readonly places = Array.from({ length: 10 }, (_, place) => place);
}

function render(user: string): Promise<string> {
  return renderApplication(
    // Versions of Angular differ in whether they hand a context through.
    (...context: []) =>
      bootstrapApplication(
        Page,
        {
          providers: [
            zoneless(),
            provideServerRendering(),
            provideClientHydration(),
            // The cookie is set behind: the key does not know it.
            provideHttpClient(withFetch(), withInterceptors([coalesce, withCookie])),
            { provide: COOKIE, useValue: user },
          ],
        },
        ...context,
      ),
    { document: '<app-root></app-root>', url: '/' },
  );
}

parentPort!.postMessage(await Promise.all(users.map((user) => render(user))));
