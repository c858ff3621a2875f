/**
 * What the runtime reports as an unhandled rejection or an uncaught error while `act` runs and after it.
 *
 * The runtime reports in order, so all reports have come once it reports the rejection that was left unhandled last, which also shows that
 * it does report.
 */
export async function globalErrors(act: () => unknown): Promise<unknown[]> {
  const reported: unknown[] = [];
  // An uncaught error ends the run of karma.
  const { onerror } = globalThis;
  globalThis.onerror = null;
  await jasmine.spyOnGlobalErrorsAsync(async (spy) => {
    const last = new Error('the last to be reported');
    const done = new Promise<void>((resolve) => {
      spy.and.callFake((error: unknown) => {
        if (error === last) {
          resolve();
        } else {
          reported.push(error);
        }
      });
    });
    await act();
    // RxJS reports by a timer, set in a microtask at the latest.
    setTimeout(() => setTimeout(() => void Promise.reject(last)));
    await done;
  });
  globalThis.onerror = onerror;
  return reported;
}
