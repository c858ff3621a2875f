/** What no spec can tell, because the library does the same when broken so; each with the reason. */
export const survivors = [
  {
    file: 'src/linger.ts',
    line: 'flight.drop?.();',
    becomes: 'flight.drop();',
    why: 'The teardown is there only after a notifier has been subscribed to, and `drop` is set by then and never unset.',
  },
  {
    file: 'src/coalesced-async.ts',
    line: "const mayHaveSignal = typeof args[args.length - 1] === 'object';",
    becomes: 'const mayHaveSignal = true;',
    why: 'Where the last argument is no object, the search for a signal finds none, and both ways to the key come to the same.',
  },
  {
    file: 'src/coalesced-async.ts',
    line: 'const key = keyFn === asyncArgumentsKey ? (keyOf(args) as K) : keyFn.apply(this, args);',
    becomes: 'const key = false ? (keyOf(args) as K) : keyFn.apply(this, args);',
    why: 'The key of the list is the key of the arguments. It only spares a copy of them.',
  },
  {
    file: 'src/coalesced-async.ts',
    line: 'flight.connection?.add(() => {',
    becomes: 'flight.connection.add(() => {',
    why: 'A flight is connected when it runs the function.',
  },
  {
    file: 'src/promise-caller.ts',
    line: 'this.error(this.#signal?.reason);',
    becomes: 'this.error(this.#signal.reason);',
    why: 'It is the signal that calls.',
  },
  {
    file: 'src/ticket.ts',
    line: '} else if (this.#flight.broadcast.isLevel(this.#latest)) {',
    becomes: '} else if (false) {',
    why: 'A call that has a receiver of its own is told the same. It only costs more.',
  },
  {
    file: 'src/flight.ts',
    line: 'this.connection?.next(value);',
    becomes: 'this.connection.next(value);',
    why: 'A promise is heard by a flight that is connected.',
  },
  {
    file: 'src/flight.ts',
    line: 'this.connection?.complete();',
    becomes: 'this.connection.complete();',
    why: 'A promise is heard by a flight that is connected.',
  },
  {
    file: 'src/flight.ts',
    line: 'this.connection?.error(error);',
    becomes: 'this.connection.error(error);',
    why: 'A promise is heard by a flight that is connected.',
  },
  {
    file: 'src/broadcast.ts',
    line: 'isLevel(receiver: Receiver<T>): boolean {',
    becomes: 'isLevel(receiver: Receiver<T>): boolean {}',
    why: 'A call that has a receiver of its own is told the same. It only costs more.',
  },
  {
    file: 'src/broadcast.ts',
    line: 'return receiver.cursor === this.#spared;',
    becomes: 'return false;',
    why: 'A call that has a receiver of its own is told the same. It only costs more.',
  },
  {
    file: 'src/broadcast.ts',
    line: 'if (this.#telling > 0) {',
    becomes: 'if (true) {',
    why: 'Where nobody is being told, everybody has been told everything. It only spares the look.',
  },
  {
    file: 'src/broadcast.ts',
    line: 'if (this.#telling > 0) {',
    becomes: 'if (this.#telling >= 0) {',
    why: 'Where nobody is being told, everybody has been told everything. It only spares the look.',
  },
  {
    file: 'src/broadcast.ts',
    line: 'if (!sink.closed) {',
    becomes: 'if (true) {',
    why: 'A sink that is closed does nothing about an end.',
  },
];
