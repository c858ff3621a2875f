import type { Role } from './flight-seen.js';

/** Where a flight runs, if not only here. */
export function roleInWords({ type, detail }: Role): string {
  return { lead: 'led here', follow: `follows ${detail}`, apart: `apart: ${detail}` }[type];
}
