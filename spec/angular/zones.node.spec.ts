import { inWorker } from '../support/in-worker.js';

describe('coalesceInterceptor with zone.js', () => {
  it('should notify each caller in its own zone, whatever the zone of the leader', async () => {
    expect(await inWorker(new URL('../support/angular-zones.js', import.meta.url))).toEqual({
      runs: 4,
      received: [
        'outside next outside',
        'inside next inside',
        'outside complete outside',
        'inside complete inside',
        'inside next inside',
        'outside next outside',
        'inside complete inside',
        'outside complete outside',
        'outside error outside',
        'inside error inside',
        'inside error inside',
        'outside error outside',
      ],
    });
  });
});
