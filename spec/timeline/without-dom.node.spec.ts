import { execFileSync } from 'node:child_process';

describe('rxjs-coalesce/timeline without a DOM', () => {
  const program = `
    import { NEVER } from 'rxjs';
    import { inFlightCalls } from 'rxjs-coalesce';
    const before = Object.keys(globalThis).join();
    const { defineTimelineElement, describeFlights, showTimeline } = await import('rxjs-coalesce/timeline');
    defineTimelineElement();
    const inFlight = inFlightCalls();
    inFlight.join('k', () => NEVER).subscribe();
    console.log(describeFlights(inFlight));
    try { showTimeline(undefined, inFlight) } catch (error) { console.log(String(error)) }
    console.log(typeof document, before === Object.keys(globalThis).join());`;

  it('should be imported by a server, define nothing, and describe flights', () => {
    const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
    expect(printed.trim().split('\n')).toEqual([
      '1 in flight',
      '  k: since before this was watched, 1 caller',
      'TypeError: showTimeline: expected "element" to be an element, got undefined',
      'undefined true',
    ]);
  });

  it('should not be imported by the main entry point', () => {
    const cjs = `require('rxjs-coalesce'); console.log(Object.keys(require.cache).join('\\n'))`;
    const loaded = execFileSync(process.execPath, ['--eval', cjs], { encoding: 'utf8' }).split('\n');
    expect(loaded.some((file) => file.includes('dist/coalesced/'))).toBeTrue();
    expect(loaded.filter((file) => file.includes('dist/timeline/'))).toEqual([]);
  });
});
