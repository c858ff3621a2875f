/** Prints how many specs passed and failed in all runs since build/ was new; it is a failure if none ran. */
import { specCounts } from './count-specs.js';

const counts = specCounts();
const sum = (outcome) => counts.reduce((total, count) => total + count[outcome], 0);
const skipped = sum('pending');
console.log(`${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
if (sum('passed') === 0) process.exitCode = 1;
