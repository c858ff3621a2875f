// Angular's libraries are compiled when they are first used; this must come before them.
import '@angular/compiler';
import { DOCUMENT, RendererFactory2, type Provider } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { BrowserTestingModule, platformBrowserTesting } from '@angular/platform-browser/testing';

// Angular looks for what a server rendered, and TestBed for what a spec did; in Node there is nothing to find.
const nothing = { getElementById: () => null, querySelectorAll: () => [] };
const document = 'document' in globalThis ? globalThis.document : nothing;

TestBed.initTestEnvironment(BrowserTestingModule, platformBrowserTesting([{ provide: DOCUMENT, useValue: document }]));

/** For specs that render nothing: Angular's own would look for a document. */
export const withoutRenderer: Provider = { provide: RendererFactory2, useValue: {} };
