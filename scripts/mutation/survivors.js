const sort = 'return [...pairs].sort(([one], [other]) => (one < other ? -1 : Number(one > other)));';
const sorted = (comparison) => sort.replace('one < other ? -1 : Number(one > other)', comparison);
const inOrder =
  'V8 asks a comparison only whether it is negative. Where an engine asks otherwise, as in Firefox, the specs fail, or the order of values of one name is turned.';
const reversed = 'Of parameters of one name, the order is turned, in every key: what differed before differs still.';

const url = 'url: [path, query === undefined ? [] : parameters(query.slice(1)), fragment],';
const nested = 'const nested = new Set(pairs.flatMap(([name]) => (BRACKET.test(name) ? [name, baseOf(name)] : [])));';
const pairs =
  'return [pairs.filter(([name]) => nested.has(name)), byName(pairs.filter(([name]) => !nested.has(name)))];';
const parts = 'const [, path, query, fragment] = /^([^?#]*)(\\?[^#]*)?(.*)$/s.exec(urlWithParams) ?? [];';
const matchesAll = 'The expression matches any text, from its beginning and to its end, with and without.';
const forms =
  "return body instanceof HttpParams ? 'HttpParams' : body instanceof URLSearchParams ? 'URLSearchParams' : undefined;";
const otherName = 'It is one name in place of another: the kinds of forms still have different ones.';

const depths = 'if (depth < 64 || (depth & (depth - 1)) === 0) {';
const otherDepths = 'A cycle is looked for at other depths: far down it is found sooner or later.';
const length = 'return text + (length < 128 ? String.fromCharCode(128 + length) : `"${length}:`) + value;';
const otherLength = 'Both ways of writing a length differ from everything else. One is only faster.';
const number = "if (typeof value === 'number') {";
const numberToo = 'The last line of the function writes a number in the same way. It only costs more.';
const other = "return isObject(value) ? undefined : text + String(value) + (typeof value === 'bigint' ? 'n' : ';');";
const names = 'if (names.length > 20) {';
const anySort = 'Both ways to sort names have the same result. One is only faster.';
const insertion = 'for (; j > 0 && (names[j - 1] as string) > name; j--) {';
const beforeFirst = 'Before the first name there is undefined, which is not greater than anything.';
const bySymbol = "(writePrimitive('', a) as string) < (writePrimitive('', b) as string) ? -1 : 1,";
const symbolOrder = 'No two symbols are written the same, and one order in every key is as good as another.';
const noSymbols = 'It only spares the making of an array.';
const sameInAll = 'It is the same in every key, beside every entry: what differed before differs still.';
const arrays = "(prototype === Array.prototype || (Array.isArray(prototype) && Object.hasOwn(prototype, 'at')))";
const thisRealm = "What is asked of another realm's prototype holds of this one's, too. It only spares the look.";

const round = 'let round = this.#notifying > 0 ? this.#notified : this.#notified + 1;';
const oneRoundMore = 'It only makes a round in which everybody has been notified already.';

/** What no spec can find, because the library does the same when broken so; each with the reason. */
export const survivors = [
  {
    file: 'src/angular/coalesce-interceptor.ts',
    line: 'const { when = isRead, keyFn = defaultKey, ignoreHeaders = [], forgetAfter } = config;',
    becomes: 'const { when = isRead, keyFn = defaultKey, ignoreHeaders = ["Stryker was here"], forgetAfter } = config;',
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
  {
    file: 'src/angular/request-key.ts',
    line: nested,
    becomes: nested.replace('[])', '["Stryker was here"])'),
    why: 'No parameter has a name with spaces.',
  },
  {
    file: 'src/angular/request-key.ts',
    line: pairs,
    becomes: pairs.replace('pairs.filter(([name]) => !nested.has(name))', 'pairs'),
    why: 'Then the nested ones are there twice, in every key: what differed before differs still.',
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
    file: 'src/promises/coalesced-async.ts',
    line: 'flight.connection?.add(() => {',
    becomes: 'flight.connection.add(() => {',
    why: 'A flight is connected when it runs the function.',
  },
  {
    file: 'src/operator/ticket.ts',
    line: 'if (latest.joined > 0 && !this.#flight.broadcast.isLevel(latest)) {',
    becomes: 'if (latest.joined > 0 && true) {',
    why: 'A call that has a receiver of its own is notified of the same. It only costs more.',
  },
  {
    file: 'src/flight/broadcast.ts',
    line: 'isLevel(receiver: Receiver<T>): boolean {',
    becomes: 'isLevel(receiver: Receiver<T>): boolean {}',
    why: 'A call that has a receiver of its own is notified of the same. It only costs more.',
  },
  {
    file: 'src/flight/broadcast.ts',
    line: 'return receiver.cursor === this.#spared;',
    becomes: 'return false;',
    why: 'A call that has a receiver of its own is notified of the same. It only costs more.',
  },
  {
    file: 'src/flight/broadcast.ts',
    line: 'if (!sink.closed) {',
    becomes: 'if (true) {',
    why: 'A sink that is closed does nothing about an end.',
  },
  {
    file: 'src/promises/board-promise.ts',
    line: 'flight.promise ??= deferred.promise;',
    becomes: 'flight.promise &&= deferred.promise;',
    why: 'A promise caller that does not find a promise to share has a place of its own on the flight. It only costs more.',
  },
  {
    file: 'src/flight/broadcast.ts',
    line: round,
    becomes: round.replace('> 0', '>= 0'),
    why: oneRoundMore,
  },
  {
    file: 'src/flight/broadcast.ts',
    line: round,
    becomes: round.replace('+ 1', '- 1'),
    why: oneRoundMore,
  },
  {
    file: 'src/flight/broadcast.ts',
    line: 'for (let link = this.after; link !== this && this.#notified <= round; link = link.after) {',
    becomes: 'for (let link = this.after; link !== this && true; link = link.after) {',
    why: 'A round that a round inside it has finished finds nobody left to notify. It only ends sooner.',
  },
  {
    file: 'src/flight/flight.ts',
    line: 'if (!caller.sink.closed) {',
    becomes: 'if (true) {',
    why: 'A caller that has left is neither counted nor notified. It only keeps its place until the flight ends.',
  },
  {
    file: 'src/flight/flight.ts',
    line: 'this.connection?.add(act);',
    becomes: 'this.connection.add(act);',
    why: 'It is only called once the run has emitted or completed, so the flight is connected.',
  },
  {
    file: 'src/flight/flight.ts',
    line: 'connection?.next(result as T);',
    becomes: 'connection.next(result as T);',
    why: 'A flight that waits for a promise is connected.',
  },
  {
    file: 'src/flight/flight.ts',
    line: 'connection?.[type](result);',
    becomes: 'connection[type](result);',
    why: 'A flight that waits for a promise is connected.',
  },
  {
    file: 'src/flight/flight.ts',
    line: 'share<T>({ connector: () => this })(run).subscribe(this);',
    becomes: 'share<T>({})(run).subscribe(this);',
    why: 'Then a Subject passes everything on to the flight. It only costs more.',
  },
  {
    file: 'src/flight/flight.ts',
    line: 'subscribe(): Unsubscribable {',
    becomes: 'subscribe(): Unsubscribable {}',
    why: 'share() ignores what it returns.',
  },
  {
    file: 'src/flight/registry.ts',
    line: 'get [registryBrand](): true {',
    becomes: 'get [registryBrand](): true {}',
    why: 'A registry is known by having the brand, whatever its value.',
  },
  {
    file: 'src/flight/registry.ts',
    line: 'return true;',
    becomes: 'return false;',
    why: 'A registry is known by having the brand, whatever its value.',
  },
  {
    file: 'src/flight/registry.ts',
    line: 'readonly isAcross: boolean = false;',
    becomes: 'readonly isAcross: boolean = true;',
    why: 'Then no flight is light. It only costs more.',
  },
  {
    file: 'src/flight/registry-brand.ts',
    line: "export const registryBrand: unique symbol = /* @__PURE__ */ Symbol.for('rxjs-coalesce.registry.1');",
    becomes: 'export const registryBrand: unique symbol = /* @__PURE__ */ Symbol.for("");',
    why: 'Both builds still have one brand. Another name could only meet the symbol of somebody else.',
  },
  {
    file: 'src/operator/coalesce-by.ts',
    line: "inFlight: registryOf('coalesceBy', inFlight),",
    becomes: 'inFlight: registryOf("", inFlight),',
    why: 'The name is for the error, which was thrown before.',
  },
  {
    file: 'src/operator/keyed-calls.ts',
    line: 'const queued = this.#queue.size === 0 ? undefined : this.#queue.get(key);',
    becomes: 'const queued = false ? undefined : this.#queue.get(key);',
    why: 'An empty queue has no key. It only spares the look.',
  },
  {
    file: 'src/operator/waiting.ts',
    line: 'this.#turn = this.receiver?.left === 0 ? 0 : this.#turn + 1;',
    becomes: 'this.#turn = this.receiver.left === 0 ? 0 : this.#turn + 1;',
    why: 'It is only notified by its receiver.',
  },
  {
    file: 'src/operator/waiting.ts',
    line: 'this.completed?.();',
    becomes: 'this.completed();',
    why: 'It is set before the values come to a flight.',
  },
  {
    file: 'src/promises/board-promise.ts',
    line: 'if (!found && !inFlight.isAcross) {',
    becomes: 'if (false) {',
    why: 'Without a light flight, a flight does the same. It only costs more.',
  },
  {
    file: 'src/promises/board-promise.ts',
    line: 'if (!found && !inFlight.isAcross) {',
    becomes: 'if (!found && inFlight.isAcross) {',
    why: 'Without a light flight, a flight does the same. It only costs more.',
  },
  {
    file: 'src/promises/board-promise.ts',
    line: 'if (!found && !inFlight.isAcross) {',
    becomes: 'if (!found && !inFlight.isAcross) {}',
    why: 'Without a light flight, a flight does the same. It only costs more.',
  },
  {
    file: 'src/promises/board-promise.ts',
    line: 'const promise = flight?.sharedPromise();',
    becomes: 'const promise = flight.sharedPromise();',
    why: 'Only a registry across has none here, and its specs do not run here.',
  },
  {
    file: 'src/promises/board-promise.ts',
    line: 'if (!signal && !flight.closed) {',
    becomes: 'if (false) {',
    why: 'A promise caller that does not find a promise to share has a place of its own on the flight. It only costs more.',
  },
  {
    file: 'src/promises/board-promise.ts',
    line: 'if (!signal && !flight.closed) {',
    becomes: 'if (!signal && !flight.closed) {}',
    why: 'A promise caller that does not find a promise to share has a place of its own on the flight. It only costs more.',
  },
  {
    file: 'src/promises/async-arguments-key.ts',
    line: 'for (let place = 0; place < args.length; place++) {',
    becomes: 'for (let place = 0; place <= args.length; place++) {',
    why: 'Beyond the last argument there is undefined, which is not a signal.',
  },
  {
    file: 'src/promises/caller-signal.ts',
    line: 'for (let place = args.length - 1; place >= 0; place--) {',
    becomes: 'for (let place = args.length + 1; place >= 0; place--) {',
    why: 'Beyond the last argument there is undefined, which is not a signal.',
  },
  {
    file: 'src/promises/coalesced-async.ts',
    line: 'keyFn === asyncArgumentsKey',
    becomes: 'false',
    why: 'The key of the list is the key of the arguments. It only spares a copy of them.',
  },
  {
    file: 'src/promises/coalesced-async.ts',
    line: 'for (let place = 0; place < args.length; place++) {',
    becomes: 'for (let place = 0; place <= args.length; place++) {',
    why: 'Beyond the last argument there is undefined, which is no object.',
  },
  {
    file: 'src/promises/coalesced-async.ts',
    line: "if (typeof args[place] === 'object') {",
    becomes: 'if (true) {',
    why: 'It only spares the look for a signal.',
  },
  {
    file: 'src/promises/coalesced-async.ts',
    line: 'return false;',
    becomes: 'return true;',
    why: 'It only spares the look for a signal.',
  },
  {
    file: 'src/promises/promise-flight.ts',
    line: "if (this.flight && type !== 'abort') {",
    becomes: 'if (this.flight && true) {',
    why: 'What is aborted is in the registry, and so has not been replaced by a flight.',
  },
  {
    file: 'src/promises/promise-flight.ts',
    line: "if (this.flight && type !== 'abort') {",
    becomes: 'if (this.flight && type !== "") {',
    why: 'What is aborted is in the registry, and so has not been replaced by a flight.',
  },
  {
    file: 'src/decorators/method-decorator.ts',
    line: 'metadata.defineMetadata?.(key, metadata.getOwnMetadata?.(key, method), call);',
    becomes: 'metadata.defineMetadata(key, metadata.getOwnMetadata?.(key, method), call);',
    why: 'reflect-metadata adds all three methods.',
  },
  {
    file: 'src/decorators/method-decorator.ts',
    line: 'metadata.defineMetadata?.(key, metadata.getOwnMetadata?.(key, method), call);',
    becomes: 'metadata.defineMetadata?.(key, metadata.getOwnMetadata(key, method), call);',
    why: 'reflect-metadata adds all three methods.',
  },
  {
    file: 'src/decorators/method-decorator.ts',
    line: 'for (const key of metadata.getOwnMetadataKeys?.(method) ?? []) {',
    becomes: 'for (const key of metadata.getOwnMetadataKeys?.(method) ?? ["Stryker was here"]) {',
    why: 'Without the first of the methods of reflect-metadata, the others are missing, too.',
  },
  {
    file: 'src/decorators/method-decorator.ts',
    line: "coalesce(() => undefined, given, where, 'method');",
    becomes: 'coalesce(() => undefined, given, where, "");',
    why: 'The name is for the error of a wrong result, and this function is never called.',
  },
  {
    file: 'src/config/flight-settings.ts',
    line: "name = 'start',",
    becomes: 'name = "",',
    why: 'The name is for the error of a wrong result. Only an interceptor passes none, and it makes no wrong result.',
  },
  {
    file: 'src/keys/arguments-key.ts',
    line: 'while (length > 0 && args[length - 1] === undefined) {',
    becomes: 'while (length >= 0 && args[length - 1] === undefined) {',
    why: 'Without arguments, a length of -1 does what 0 does.',
  },
  {
    file: 'src/keys/write-primitive.ts',
    line: "const symbolNumbers: unique symbol = /* @__PURE__ */ Symbol.for('rxjs-coalesce.symbols');",
    becomes: 'const symbolNumbers: unique symbol = /* @__PURE__ */ Symbol.for("");',
    why: 'All copies of the library still have one. Another name could only meet the symbol of somebody else.',
  },
  {
    file: 'src/keys/arguments-key.ts',
    line: 'for (let index = 0; index < length; index++) {',
    becomes: 'for (let index = 0; index <= length; index++) {',
    why: 'Every key has one argument more, which is always undefined.',
  },
  {
    file: 'src/keys/built-in-content.ts',
    line: 'case builtIns[className]?.prototype: {',
    becomes: 'case builtIns[className].prototype: {',
    why: 'The error thrown there is caught, with the same result.',
  },
  {
    file: 'src/coalesced/coalesced.ts',
    line: 'const key = keyFn === argumentsKey ? (keyOfList(args) as K) : keyFn.apply(this, args);',
    becomes: 'const key = false ? (keyOfList(args) as K) : keyFn.apply(this, args);',
    why: 'The key of the list is the key of the arguments. It only spares a copy of them.',
  },
  {
    file: 'src/keys/is-plain-object.ts',
    line: 'prototype === Object.prototype ||',
    becomes: 'false ||',
    why: thisRealm,
  },
  {
    file: 'src/keys/write-container.ts',
    line: depths,
    becomes: depths.replace('<', '<='),
    why: '64 is one of the depths that are looked at anyway.',
  },
  { file: 'src/keys/write-container.ts', line: depths, becomes: depths.replace('- 1', '+ 1'), why: otherDepths },
  { file: 'src/keys/write-container.ts', line: "text = '';", becomes: 'text = "Stryker was here!";', why: sameInAll },
  {
    file: 'src/keys/write-container.ts',
    line: 'if (work > mostWork) {',
    becomes: 'if (work >= mostWork) {',
    why: 'Where exactly the bound is, is no promise.',
  },
  {
    file: 'src/keys/write-container.ts',
    line: "text = (entries.shift() as string) + entries.sort().join('');",
    becomes: 'text = (entries.shift() as string) + entries.sort().join("Stryker was here!");',
    why: sameInAll,
  },
  {
    file: 'src/keys/write-container.ts',
    line: arrays,
    becomes: arrays.replace('prototype === Array.prototype', 'false'),
    why: thisRealm,
  },
  {
    file: 'src/keys/write-container.ts',
    line: 'function elementsOf(array: readonly unknown[]): readonly unknown[] | undefined {',
    becomes: 'function elementsOf(array: readonly unknown[]): readonly unknown[] | undefined {}',
    why: 'Every array is written by its indexes, as one with holes is. It only costs more.',
  },
  { file: 'src/keys/write-container.ts', line: names, becomes: 'if (true) {', why: anySort },
  { file: 'src/keys/write-container.ts', line: names, becomes: names.replace('>', '>='), why: anySort },
  {
    file: 'src/keys/write-container.ts',
    line: 'return symbols.length === 0 ? names : [...names, ...symbols];',
    becomes: 'return false ? names : [...names, ...symbols];',
    why: noSymbols,
  },
  { file: 'src/keys/write-container.ts', line: 'return symbols.length === 0', becomes: 'return false', why: noSymbols },
  {
    file: 'src/keys/write-container.ts',
    line: insertion,
    becomes: insertion.replace('j > 0', 'true'),
    why: beforeFirst,
  },
  {
    file: 'src/keys/write-container.ts',
    line: insertion,
    becomes: insertion.replace('j > 0', 'j >= 0'),
    why: beforeFirst,
  },
  {
    file: 'src/keys/write-container.ts',
    line: insertion,
    becomes: 'for (; j > 0 && names[j - 1] as string >= name; j--) {',
    why: 'An object has no two properties of one name.',
  },
  {
    file: 'src/keys/write-container.ts',
    line: bySymbol,
    becomes: "writePrimitive('', a) as string <= (writePrimitive('', b) as string) ? -1 : 1,",
    why: symbolOrder,
  },
  {
    file: 'src/keys/write-container.ts',
    line: bySymbol,
    becomes: "writePrimitive('', a) as string >= (writePrimitive('', b) as string) ? -1 : 1,",
    why: symbolOrder,
  },
  {
    file: 'src/keys/write-primitive.ts',
    line: length,
    becomes: length.replace('length < 128', 'false'),
    why: otherLength,
  },
  {
    file: 'src/keys/write-primitive.ts',
    line: length,
    becomes: length.replace('length < 128', 'length <= 128'),
    why: otherLength,
  },
  { file: 'src/keys/write-primitive.ts', line: number, becomes: 'if (false) {', why: numberToo },
  { file: 'src/keys/write-primitive.ts', line: number, becomes: 'if (typeof value === "") {', why: numberToo },
  { file: 'src/keys/write-primitive.ts', line: number, becomes: number + '}', why: numberToo },
  {
    file: 'src/keys/write-primitive.ts',
    line: other,
    becomes: other.replace("typeof value === 'bigint'", 'true'),
    why: 'A number is written before. No other primitive is written as a bigint is.',
  },
  {
    file: 'src/keys/write-primitive.ts',
    line: other,
    becomes: other.replace("';'", '""'),
    why: 'What is left are four words of which none begins another.',
  },
  {
    file: 'src/keys/write-primitive.ts',
    line: 'number = numbers.next++;',
    becomes: 'number = numbers.next--;',
    why: 'It is a number of its own all the same.',
  },
  {
    file: 'src/keys/write-primitive.ts',
    line: 'next: Math.random() * 2 ** 52,',
    becomes: 'next: Math.random() / 2 ** 52,',
    why: 'They begin anywhere all the same, though nearer to one another.',
  },
];
