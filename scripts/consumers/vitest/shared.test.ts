import { firstValueFrom, Subject } from 'rxjs';
import { coalesced } from 'rxjs-coalesce';
import { redisInFlightCalls } from 'rxjs-coalesce/redis';
import { describeFlights } from 'rxjs-coalesce/timeline';
import { webInFlightCalls } from 'rxjs-coalesce/web';
import { expect, test } from 'vitest';

test('calls that overlap share a run', async () => {
  const source = new Subject<string>();
  let runs = 0;
  const load = coalesced((_id: number) => {
    runs++;
    return source;
  });
  const answers = [firstValueFrom(load(1)), firstValueFrom(load(1))];
  source.next('value');
  expect(await Promise.all(answers)).toEqual(['value', 'value']);
  expect(runs).toBe(1);
});

test('the other entry points load', () => {
  expect(redisInFlightCalls).toBeInstanceOf(Function);
  expect(describeFlights({})).toBe('');
  expect(webInFlightCalls('users').size).toBe(0);
});
