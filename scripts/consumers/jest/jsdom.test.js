/** @jest-environment jsdom */
const { NEVER } = require('rxjs');
const { coalescedAsync } = require('rxjs-coalesce');

test("the page's own AbortSignal makes a caller leave", async () => {
  const load = coalescedAsync((_id, _options) => NEVER);
  const controller = new window.AbortController();
  const call = load('id', { signal: controller.signal });
  expect(load.inFlight.callers('id')).toBe(1);
  controller.abort('left');
  await expect(call).rejects.toBe(controller.signal.reason);
  expect(load.inFlight.size).toBe(0);
});
