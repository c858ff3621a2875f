// Angular's libraries are compiled when they are first used; this must come before them.
import '@angular/compiler';
import { DOCUMENT } from '@angular/common';
import * as angularHttp from '@angular/common/http';
import { COMPILER_OPTIONS, RendererFactory2, type Provider } from '@angular/core';
import * as testing from '@angular/core/testing';
import { TestBed, TestComponentRenderer } from '@angular/core/testing';
import { BrowserTestingModule, platformBrowserTesting } from '@angular/platform-browser/testing';

// Angular looks for what a server rendered, and TestBed for what a spec did; in Node there is nothing to find.
const nothing = { getElementById: () => null, querySelectorAll: () => [] };
const document = 'document' in globalThis ? globalThis.document : nothing;

TestBed.initTestEnvironment(
  BrowserTestingModule,
  platformBrowserTesting([
    { provide: DOCUMENT, useValue: document },
    // Before Angular 19 there were some only with a platform of their own for compiling.
    { provide: COMPILER_OPTIONS, useValue: {}, multi: true },
  ]),
);

/** For specs that render nothing: Angular's own would look for a document. */
export const withoutRenderer: Provider = [
  { provide: RendererFactory2, useValue: {} },
  // Before Angular 19 it was there only with a platform of its own for compiling.
  { provide: TestComponentRenderer, useClass: TestComponentRenderer },
];

/** Runs the effects that are due, by the name that it has in this version of Angular. */
export function runEffects(): void {
  const { tick, flushEffects } = testing.TestBed as { readonly tick?: () => void; readonly flushEffects?: () => void };
  (tick ?? flushEffects)!.call(TestBed);
}

interface Resource {
  value(): unknown;
  reload(): boolean;
}

/** Undefined if this version of Angular has none. */
export const { httpResource } = angularHttp as { readonly httpResource?: (url: () => string) => Resource };
