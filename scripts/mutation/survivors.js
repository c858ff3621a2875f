const sort = 'return [...pairs].sort(([one], [other]) => (one < other ? -1 : Number(one > other)));';
const sorted = (comparison) => sort.replace('one < other ? -1 : Number(one > other)', comparison);
const inOrder =
  'V8 asks a comparison only whether it is negative. Where an engine asks otherwise, as in Firefox, the specs tell, or the order of values of one name is turned.';
const reversed = 'Of parameters of one name, the order is turned, in every key: what differed before differs still.';

const url = "url: [path, query === undefined ? [] : byName(query.slice(1).split('&').map(parameter)), fragment],";
const parts = 'const [, path, query, fragment] = /^([^?#]*)(\\?[^#]*)?(.*)$/s.exec(urlWithParams) ?? [];';
const matchesAll = 'The expression matches any text, from its beginning and to its end, with and without.';
const forms =
  "return body instanceof HttpParams ? 'HttpParams' : body instanceof URLSearchParams ? 'URLSearchParams' : undefined;";
const otherName = 'It is one name in place of another: the kinds of forms still have different ones.';

/** What no spec can tell, because the library does the same when broken so; each with the reason. */
export const survivors = [
  {
    file: 'src/angular/coalesce-interceptor.ts',
    line: 'const { when = isRead, keyFn = defaultKey, ignoreHeaders = [] } = config;',
    becomes: 'const { when = isRead, keyFn = defaultKey, ignoreHeaders = ["Stryker was here"] } = config;',
    why: 'No header has a name with spaces.',
  },
  { file: 'src/angular/request-key.ts', line: parts, becomes: parts.replace('/^', '/'), why: matchesAll },
  { file: 'src/angular/request-key.ts', line: parts, becomes: parts.replace('$/', '/'), why: matchesAll },
  {
    file: 'src/angular/request-key.ts',
    line: parts,
    becomes: parts.replace('?? []', '?? ["Stryker was here"]'),
    why: 'The expression matches any text: what follows is for the compiler.',
  },
  {
    file: 'src/angular/request-key.ts',
    line: url,
    becomes: url.replace('[]', '["Stryker was here"]'),
    why: 'No query makes pairs of names and texts that are such a text.',
  },
  { file: 'src/angular/request-key.ts', line: forms, becomes: forms.replace("'HttpParams'", '""'), why: otherName },
  {
    file: 'src/angular/request-key.ts',
    line: forms,
    becomes: forms.replace("'URLSearchParams'", '""'),
    why: otherName,
  },
  {
    file: 'src/angular/request-key.ts',
    line: "const [[name] = ['']] = new URLSearchParams(text);",
    becomes: 'const [[name] = ["Stryker was here!"]] = new URLSearchParams(text);',
    why: 'What is empty is sorted to another place, always the same.',
  },
  {
    file: 'src/angular/request-key.ts',
    line: sort,
    becomes: sorted('one <= other ? -1 : Number(one > other)'),
    why: reversed,
  },
  {
    file: 'src/angular/request-key.ts',
    line: sort,
    becomes: sorted('one >= other ? -1 : Number(one > other)'),
    why: reversed,
  },
  { file: 'src/angular/request-key.ts', line: sort, becomes: sorted('one < other ? -1 : Number(true)'), why: inOrder },
  { file: 'src/angular/request-key.ts', line: sort, becomes: sorted('one < other ? -1 : Number(false)'), why: inOrder },
  {
    file: 'src/angular/request-key.ts',
    line: sort,
    becomes: sorted('one < other ? -1 : Number(one >= other)'),
    why: inOrder,
  },
  {
    file: 'src/angular/request-key.ts',
    line: sort,
    becomes: sorted('one < other ? -1 : Number(one <= other)'),
    why: inOrder,
  },
  {
    file: 'src/caller-signal.ts',
    line: "if (typeof last !== 'object' || last === null) {",
    becomes: 'if (false || last === null) {',
    why: 'It is asked only of calls that end in an object; this tells the compiler so.',
  },
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
  {
    file: 'src/board-promise.ts',
    line: 'if (!flight.hasEnded()) {',
    becomes: 'if (false) {',
    why: 'A promise caller that does not find a promise to share has a place of its own on the flight. It only costs more.',
  },
  {
    file: 'src/board-promise.ts',
    line: 'if (!flight.hasEnded()) {',
    becomes: 'if (!flight.hasEnded()) {}',
    why: 'A promise caller that does not find a promise to share has a place of its own on the flight. It only costs more.',
  },
  {
    file: 'src/board-promise.ts',
    line: 'flight.promise ??= deferred.promise;',
    becomes: 'flight.promise &&= deferred.promise;',
    why: 'A promise caller that does not find a promise to share has a place of its own on the flight. It only costs more.',
  },
  {
    file: 'src/broadcast.ts',
    line: 'if (this.#latest !== undefined) {',
    becomes: 'if (true) {',
    why: 'It is only called after a value.',
  },
  {
    file: 'src/broadcast.ts',
    line: 'if (this.#telling > 1) {',
    becomes: 'if (true) {',
    why: 'Outside of any other round nobody is behind, and the round tells nobody anything.',
  },
  {
    file: 'src/broadcast.ts',
    line: 'for (let receiver = this.#head; receiver !== undefined && this.#told <= round; receiver = receiver.following) {',
    becomes: 'for (let receiver = this.#head; receiver !== undefined && true; receiver = receiver.following) {',
    why: 'A round that a round inside it has finished finds nobody who is yet to be told. It only ends sooner.',
  },
];
