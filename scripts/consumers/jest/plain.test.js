// By Jest without any configuration, which transforms nothing below node_modules/.
const { firstValueFrom, Subject } = require('rxjs');
const { coalesced, coalescedAsync, inFlightCalls } = require('rxjs-coalesce');

test('Observable and promise calls share a flight', async () => {
  const source = new Subject();
  const config = { inFlight: inFlightCalls() };
  const answers = [firstValueFrom(coalesced(() => source, config)('id')), coalescedAsync(() => source, config)('id')];
  expect(config.inFlight.callers('id')).toBe(2);
  source.next('value');
  source.complete();
  expect(await Promise.all(answers)).toEqual(['value', 'value']);
});

test('the other entry points load', () => {
  expect(require('rxjs-coalesce/redis').redisInFlightCalls).toBeInstanceOf(Function);
  expect(require('rxjs-coalesce/timeline').describeFlights({})).toBe('');
  expect(require('rxjs-coalesce/web').webInFlightCalls('users').size).toBe(0);
});
