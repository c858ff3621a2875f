import { withoutRenderer } from './angular.js';
import {
  HttpClient,
  provideHttpClient,
  withInterceptors,
  withNoXsrfProtection,
  type HttpInterceptorFn,
} from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import {
  createEnvironmentInjector,
  EnvironmentInjector,
  type EnvironmentProviders,
  type Provider,
} from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { zoneless } from './angular-zoneless.js';

/** An application, as a spec of its requests needs it. */
export interface Application {
  readonly http: HttpClient;
  readonly backend: HttpTestingController;
}

type Providers = readonly (Provider | EnvironmentProviders)[];

/** The application of this spec. */
export function application(interceptors: HttpInterceptorFn[], providers: Providers = []): Application {
  TestBed.configureTestingModule({ providers: [zoneless(), withoutRenderer, httpProviders(interceptors), providers] });
  return { http: TestBed.inject(HttpClient), backend: TestBed.inject(HttpTestingController) };
}

/** An application of its own inside of the spec's. */
export function childApplication(interceptors: HttpInterceptorFn[], providers: Providers = []): Application {
  const injector = createEnvironmentInjector(
    [...httpProviders(interceptors), ...providers],
    TestBed.inject(EnvironmentInjector),
  );
  return { http: injector.get(HttpClient), backend: injector.get(HttpTestingController) };
}

function httpProviders(interceptors: HttpInterceptorFn[]): (Provider | EnvironmentProviders)[] {
  return [provideHttpClient(withInterceptors(interceptors), withNoXsrfProtection()), provideHttpClientTesting()];
}
