// Run in a worker, since zone.js changes globals: posts in which zones the callers of one flight were notified.
import 'zone.js';
import { withoutRenderer } from './angular.js';
import {
  HttpClient,
  HttpResponse,
  provideHttpClient,
  withInterceptors,
  withNoXsrfProtection,
} from '@angular/common/http';
import { NgZone, provideZoneChangeDetection } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { parentPort } from 'node:worker_threads';
import { delay, mergeMap, of, throwError, timer } from 'rxjs';
import { coalesceInterceptor } from '../../src/angular/index.js';

let runs = 0;
const response = of(new HttpResponse({ body: 'done' })).pipe(delay(5));
const failure = timer(5).pipe(mergeMap(() => throwError(() => new Error('failed'))));
TestBed.configureTestingModule({
  providers: [
    provideZoneChangeDetection(),
    withoutRenderer,
    provideHttpClient(
      withNoXsrfProtection(),
      withInterceptors([
        coalesceInterceptor(),
        ({ url }) => {
          runs++;
          return url === '/a' ? response : failure;
        },
      ]),
    ),
  ],
});
const http = TestBed.inject(HttpClient);
const zone = TestBed.inject(NgZone);
const received: string[] = [];

function call(url: string, name: string): Promise<void> {
  return new Promise((resolve) => {
    const receive = (what: string): void => {
      received.push(`${name} ${what} ${NgZone.isInAngularZone() ? 'inside' : 'outside'}`);
    };
    http.get(url).subscribe({
      next: () => receive('next'),
      error: () => {
        receive('error');
        resolve();
      },
      complete: () => {
        receive('complete');
        resolve();
      },
    });
  });
}

for (const url of ['/a', '/b']) {
  await Promise.all([zone.runOutsideAngular(() => call(url, 'outside')), zone.run(() => call(url, 'inside'))]);
  await Promise.all([zone.run(() => call(url, 'inside')), zone.runOutsideAngular(() => call(url, 'outside'))]);
}
parentPort!.postMessage({ runs, received });
