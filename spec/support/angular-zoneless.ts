import * as core from '@angular/core';
import type { EnvironmentProviders } from '@angular/core';

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
