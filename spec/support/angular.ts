// Angular's libraries are compiled when they are first used; this must come before them.
import '@angular/compiler';
import { DOCUMENT } from '@angular/common';
import * as core from '@angular/core';
import { RendererFactory2, type EnvironmentProviders, type Provider } from '@angular/core';
import * as testing from '@angular/core/testing';
import { TestBed } from '@angular/core/testing';
import { BrowserTestingModule, platformBrowserTesting } from '@angular/platform-browser/testing';

// Angular looks for what a server rendered, and TestBed for what a spec did; in Node there is nothing to find.
const nothing = { getElementById: () => null, querySelectorAll: () => [] };
const document = 'document' in globalThis ? globalThis.document : nothing;

TestBed.initTestEnvironment(BrowserTestingModule, platformBrowserTesting([{ provide: DOCUMENT, useValue: document }]));

/** For specs that render nothing: Angular's own would look for a document. */
export const withoutRenderer: Provider = { provide: RendererFactory2, useValue: {} };

type Provide = () => EnvironmentProviders;

/** Change detection without zone.js, by the name that it has in this version of Angular. */
export function zoneless(): EnvironmentProviders {
  const named = core as {
    readonly provideZonelessChangeDetection?: Provide;
    readonly provideExperimentalZonelessChangeDetection?: Provide;
    readonly ɵprovideZonelessChangeDetection?: Provide;
  };
  const provide =
    named.provideZonelessChangeDetection ??
    named.provideExperimentalZonelessChangeDetection ??
    named.ɵprovideZonelessChangeDetection;
  return provide!();
}

/** Runs the effects that are due, by the name that it has in this version of Angular. */
export function runEffects(): void {
  const { tick, flushEffects } = testing.TestBed as { readonly tick?: () => void; readonly flushEffects?: () => void };
  (tick ?? flushEffects)!.call(TestBed);
}
