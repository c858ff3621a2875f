import { signal } from '@angular/core';

/** Whether equal requests are coalesced: what the switch on the page turns. */
export const coalescing = signal(true);
