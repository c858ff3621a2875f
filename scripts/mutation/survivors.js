/** What no spec can tell, because the library does the same when broken so; each with the reason. */
export const survivors = [
  {
    file: 'src/linger.ts',
    line: 'flight.drop?.();',
    becomes: 'flight.drop();',
    why: 'The teardown is there only after a notifier has been subscribed to, and `drop` is set by then and never unset.',
  },
];
