import type { Role } from './flight-seen.js';

/** Describes in words where a flight runs. */
export function roleInWords({ type, detail }: Role): string {
  return { lead: 'led here', follow: `follows ${detail}`, apart: `apart: ${detail}` }[type];
}
