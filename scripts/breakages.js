/**
 * Those with a `trap` are how others fail. Two kinds of traps are not here: of keys, since the model has its own and
 * `argumentsKey` has specs, and of handlers that throw, which RxJS itself keeps from the library.
 */
export const breakages = [
  // The hand-written registry
  {
    trap: 'a call from complete() joins what has ended',
    file: 'flight/flight.ts',
    find: '    this.outcome = outcome;\n    this.#owner.free(this);\n',
    replace:
      '    this.outcome = outcome;\n    const { key } = this;\n    queueMicrotask(() => this.#owner.free(Object.assign(this, { key })));\n',
  },
  {
    trap: 'the old values are replayed to repeat()',
    file: 'flight/flight.ts',
    find: '    this.outcome = outcome;\n    this.#owner.free(this);\n',
    replace: "    this.outcome = outcome;\n    if (outcome !== 'complete') this.#owner.free(this);\n",
  },
  {
    trap: 'joining between next and complete receives no value',
    file: 'flight/broadcast.ts',
    find: '    receiver.cursor = this.#spared;',
    replace: '    receiver.cursor = this.latest;',
  },
  {
    trap: 'calls that are never subscribed leave entries',
    file: 'coalesced/coalesced.ts',
    find: '    return new Observable<T>((subscriber) => {',
    replace:
      '    inFlight.lead(keyFn.apply(this, args), () => fn.apply(this, args), settings);\n    return new Observable<T>((subscriber) => {',
  },
  {
    trap: 'the closure of an earlier handle runs',
    file: 'flight/registry.ts',
    find: 'const flight = found ?? this.lead(key, start, settings);',
    replace: 'const flight = found ?? this.lead(key, ((this as any).first ??= start), settings);',
  },
  {
    trap: 'a held handle subscribed again runs beside a newer flight',
    file: 'coalesced/coalesced.ts',
    find: '      inFlight.board(',
    replace:
      '      const again = (args as any).held; (args as any).held = true;\n      if (again) inFlight.forget(key);\n      inFlight.board(',
  },
  {
    trap: 'a newcomer joins a dying flight from its teardown',
    file: 'flight/flight.ts',
    find: "      if (this.#isDeserted()) {\n        this.#owner.free(this);\n      }\n      this.#owner.emit('leave', this);\n    }\n    this.#lingerIfDeserted();",
    replace: "      this.#owner.emit('leave', this);\n    }\n    queueMicrotask(() => this.#lingerIfDeserted());",
  },
  {
    trap: 'the key is freed by a finalizer, after the teardown',
    file: 'flight/registry.ts',
    find: '      } else {\n        this.#flights.delete(key);',
    replace:
      '      } else {\n        setTimeout(() => this.#flights.get(key) === flight && this.#flights.delete(key));',
  },
  // Other systems
  {
    trap: "the leader's leaving fails everyone",
    file: 'flight/flight.ts',
    find: '    this.broadcast.leave(caller);\n',
    replace:
      "    this.broadcast.leave(caller);\n    if (caller.before === this.broadcast && this.callers > 1) this.abort(new Error('left'));\n",
  },
  {
    trap: 'the leader is counted as a follower too',
    file: 'flight/registry.ts',
    find: '    flight.callers++;\n',
    replace: '    flight.callers += flight.number === 0 ? 2 : 1;\n',
  },
  {
    trap: 'promise callers are not counted, so the last subscriber cancels them',
    file: 'promises/promise-flight.ts',
    find: '      flight.callers = this.callers;\n',
    replace: '',
  },
  {
    trap: 'an old flight evicts its successor',
    file: 'flight/registry.ts',
    find: '    if (this.#flights.get(key) === flight) {',
    replace: '    {',
  },
  {
    trap: 'forget() ends the flight of present callers',
    file: 'flight/registry.ts',
    find: '    this.#flights.delete(key);\n    flight?.forget();',
    replace: '    this.#flights.delete(key);\n    flight?.abort(undefined);',
  },
  {
    trap: 'nobody can cancel: the last leaving goes unnoticed',
    file: 'flight/flight.ts',
    find: '    if (this.#isDeserted()) {\n      this.unsubscribe();\n    } else if',
    replace: '    if',
  },
  {
    trap: "only the first caller's signal counts",
    file: 'promises/board-promise.ts',
    find: 'new PromiseCaller<K, T>(deferred, signal);',
    replace: 'new PromiseCaller<K, T>(deferred, inFlight.has(key) ? undefined : signal);',
  },
  {
    trap: 'a signal that is already aborted is ignored',
    file: 'promises/coalesced-async.ts',
    find: 'if (own?.signal.aborted) {',
    replace: 'if (false) {',
  },
  {
    trap: 'a falsy rejection fulfils',
    file: 'promises/promise-caller.ts',
    find: '    this.#deferred.reject(error);',
    replace: '    if (error) this.#deferred.reject(error); else this.#deferred.resolve(undefined as T);',
  },
  {
    trap: 'a falsy error is none to subscribers',
    file: 'flight/broadcast.ts',
    find: 'sink[type](error);',
    replace: "sink[error ? type : 'complete'](error);",
  },
  {
    trap: 'abort() hits a call that was made meanwhile',
    file: 'flight/registry.ts',
    find: '    for (const flight of this.#clear()) {\n      flight.abort(shared);\n    }',
    replace: '    for (const key of [...this.#flights.keys()]) this.abort(key, shared);',
  },
  {
    trap: 'two listeners, or two waiters, are notified in different orders',
    file: 'flight/broadcast.ts',
    find: 'this.#notifying > 0 ? this.#notified : ',
    replace: '',
  },
  // share()
  {
    trap: 'a notifier that ends without a value cancels',
    file: 'flight/flight.ts',
    find: '.subscribe({ next, error: reportUnhandled }));',
    replace: '.subscribe({ next, error: reportUnhandled, complete: () => void queueMicrotask(next) }));',
  },
  {
    trap: 'a notifier that throws swallows the notification',
    file: 'flight/flight.ts',
    find: 'notifier.add(defer(resetOnRefCountZero).pipe',
    replace: 'notifier.add((resetOnRefCountZero() as Observable<unknown>).pipe',
  },
  // Ending
  {
    why: 'the event comes after the callers have been notified',
    file: 'flight/flight.ts',
    find: '    this.#owner.emit(outcome, this, error);\n    // A user',
    replace:
      '    const { key, number, callers } = this;\n    queueMicrotask(() => this.#owner.emit(outcome, { key, number, callers }, error));\n    // A user',
  },
  {
    why: 'the source is torn down before the callers are notified',
    file: 'flight/flight.ts',
    find: "    this.#stopLingering();\n    if (outcome !== 'cancel') {",
    replace: "    this.#stopLingering();\n    this.connection?.unsubscribe();\n    if (outcome !== 'cancel') {",
  },
  {
    why: 'an aborted source goes on',
    file: 'flight/flight.ts',
    find: "if (outcome === 'cancel' || outcome === 'abort') {",
    replace: "if (outcome === 'cancel') {",
  },
  {
    why: 'a flight deserted while its function runs subscribes',
    file: 'flight/flight.ts',
    find: '    } else if (!this.closed) {\n      const source',
    replace: '    } else {\n      const source',
  },
  {
    why: 'an ended flight is joined',
    file: 'flight/flight.ts',
    find: '    if (this.closed) {\n      return false;\n    }\n    if (!caller',
    replace: '    if (!caller',
  },
  {
    why: 'an aborted flight emits',
    file: 'flight/flight.ts',
    find: '    if (!this.closed) {\n      const { postponed }',
    replace: '    {\n      const { postponed }',
  },
  {
    why: 'a notifier stays when somebody joins',
    file: 'flight/flight.ts',
    find: '    this.#stopLingering();\n    this.#boarding--;',
    replace: '    this.#boarding--;',
  },
  {
    why: 'the key is not free when the notifier is torn down by the end',
    file: 'flight/flight.ts',
    find: '    this.outcome = outcome;\n    this.#owner.free(this);',
    replace: '    this.outcome = outcome;\n    this.#stopLingering();\n    this.#owner.free(this);',
  },
  {
    why: 'a notifier cancels under a caller',
    file: 'flight/flight.ts',
    find: '        if (!notifier.closed) {\n          this.unsubscribe();',
    replace: '        {\n          this.unsubscribe();',
  },
  {
    why: 'a caller that was gone before leaves a trace',
    file: 'flight/registry.ts',
    find: '    if (subscriber.closed) {\n      return;\n    }\n',
    replace: '',
  },
  // Notifying
  {
    why: 'a late caller receives one value too few',
    file: 'flight/broadcast.ts',
    find: '    if (this.#room > 0) {',
    replace: '    if (this.#room > 1) {',
  },
  {
    why: 'a late caller receives one value too many',
    file: 'flight/broadcast.ts',
    find: '    if (this.#room > 0) {',
    replace: '    if (this.#room >= 0) {',
  },
  {
    why: 'an undefined value is none',
    file: 'promises/promise-caller.ts',
    find: '    if (latest.index === 0) {',
    replace: '    if (latest.value === undefined) {',
  },
  {
    why: 'values that the others have not received yet are replayed to a newcomer',
    file: 'flight/broadcast.ts',
    find: '    this.#notify(receiver, this.#round);',
    replace: '    this.#notify(receiver, Infinity);',
  },
  {
    why: 'everyone is notified of the end before an earlier value',
    file: 'flight/broadcast.ts',
    find: '    this.#notifyAll();\n    for',
    replace: '    for',
  },
  // Promises
  {
    why: 'an abort listener stays',
    file: 'promises/promise-caller.ts',
    find: '    this.#stopListening?.();',
    replace: '',
  },
  {
    why: 'a caller whose signal aborts is not counted out',
    file: 'promises/promise-caller.ts',
    find: '        this.#caller?.unsubscribe();\n',
    replace: '',
  },
  {
    why: "the function gets its leader's own signal",
    file: 'promises/coalesced-async.ts',
    find: 'fn.apply(self, withSignalOf(flight, args, own))',
    replace: 'fn.apply(self, args)',
  },
  {
    why: "the flight's signal aborts after it has completed",
    file: 'promises/coalesced-async.ts',
    find: "    if (flight.outcome === 'cancel' || flight.outcome === 'abort') {",
    replace: '    if (true) {',
  },
  {
    why: "the flight's signal does not abort with it",
    file: 'promises/coalesced-async.ts',
    find: "flight.outcome === 'cancel' || ",
    replace: '',
  },
  {
    why: 'an empty run resolves',
    file: 'promises/promise-caller.ts',
    find: '      this.#deferred.reject(new EmptyError());',
    replace: '      this.#deferred.resolve(undefined as T);',
  },
  {
    why: 'promise callers are notified before the key is free',
    file: 'promises/promise-flight.ts',
    find: '    this.owner.free(this);\n',
    replace:
      '    const { key, number, callers } = this;\n    setTimeout(() => this.owner.free(Object.assign(this, { key, number, callers })));\n',
  },
  {
    why: 'promiseFrom keeps its listener',
    file: 'promises/promise-from.ts',
    find: '      subscriber.add(\n',
    replace: '      Array.of(\n',
  },
  {
    why: 'fromAbortable does not abort',
    file: 'promises/from-abortable.ts',
    find: '        controller.abort();',
    replace: '        void 0;',
  },
  // Registry
  {
    why: 'forget() forgets nothing',
    file: 'flight/registry.ts',
    find: '    this.#flights.delete(key);\n    flight?.forget();',
    replace: '    flight?.forget();',
  },
  {
    why: 'forget() always returns that there was a flight',
    file: 'flight/registry.ts',
    find: '    flight?.forget();\n    return flight !== undefined;',
    replace: '    flight?.forget();\n    return true;',
  },
  {
    why: 'forgetAll() frees the keys one by one',
    file: 'flight/registry.ts',
    find: '    for (const flight of this.#clear()) {\n      flight.forget();\n    }',
    replace: '    for (const key of [...this.#flights.keys()]) this.forget(key);',
  },
  {
    why: 'flights share a number',
    file: 'flight/registry.ts',
    find: 'flight.number ||= ++this.#started;',
    replace: 'flight.number = 1;',
  },
  {
    why: 'abort() without a reason has none',
    file: 'flight/abort-reason.ts',
    find: 'return reason === undefined ? AbortSignal.abort().reason : reason;',
    replace: 'return reason;',
  },
  {
    why: 'no leave is emitted for the last',
    file: 'flight/flight.ts',
    find: "      this.#owner.emit('leave', this);",
    replace: "      if (this.callers > 0) this.#owner.emit('leave', this);",
  },
  {
    why: 'an end emits a leave for every caller',
    file: 'flight/flight.ts',
    find: '    if (caller.joined === 0 || this.closed) {',
    replace: "    if (this.closed) this.#owner.emit('leave', this);\n    if (caller.joined === 0 || this.closed) {",
  },
  // The operator
  {
    why: 'a value that joins takes a slot',
    file: 'operator/keyed-calls.ts',
    find: '    const leads = !found;',
    replace: '    const leads = true;',
  },
  {
    why: 'flights beyond concurrent are led',
    file: 'operator/keyed-calls.ts',
    find: 'this.#leading >= concurrent',
    replace: 'this.#leading > concurrent',
  },
  {
    why: 'a value that waits in the queue rides unanswered',
    file: 'operator/waiting.ts',
    find: '    this.calls++;\n',
    replace: '',
  },
  {
    why: "'ignore' joins",
    file: 'operator/coalesce-by.ts',
    find: '      duplicates,\n',
    replace: "      duplicates: 'join',\n",
  },
  {
    why: 'a queued value is not looked up again',
    file: 'operator/keyed-calls.ts',
    find: 'const found = queued ?',
    replace: 'const found = queued ?? waiting ?',
  },
  {
    why: 'the operator never completes',
    file: 'operator/keyed-calls.ts',
    find: '    this.#exhausted = true;\n',
    replace: '',
  },
  {
    why: 'the operator completes before all is answered',
    file: 'operator/keyed-calls.ts',
    find: 'this.#waiting.size === 0 && ',
    replace: '',
  },
  {
    why: 'leaving the operator keeps its flights',
    file: 'operator/ticket.ts',
    find: '      caller.unsubscribe();',
    replace: '',
  },
  {
    why: 'several waiting values are answered once',
    file: 'operator/ticket.ts',
    find: '    latest.calls++;\n',
    replace: '',
  },
  // Calls from inside next
  {
    trap: 'a call is answered by the answer that made it ask',
    file: 'flight/broadcast.ts',
    find: 'return this.#depth === nesting.depth;',
    replace: 'return false;',
  },
  {
    why: 'a call that waited runs before the ended run has been torn down',
    file: 'flight/flight.ts',
    find: '        this.afterTeardown(resume);',
    replace: '        resume();',
  },
  {
    why: 'calls that waited run one after another if the run is synchronous',
    file: 'flight/flight.ts',
    find: '      this.#owner.resumeOthers();\n',
    replace: '',
  },
  {
    why: 'a call that waited joins before all have been notified of the next value',
    file: 'flight/flight.ts',
    find: '      this.broadcast.next(value);\n      this.#resume(postponed);',
    replace: '      this.#resume(postponed);\n      this.broadcast.next(value);',
  },
  {
    why: 'a call that waits is not made if no notification comes',
    file: 'flight/flight.ts',
    find: '        this.#resume(postponed);\n      }),',
    replace: '      }),',
  },
  {
    why: 'a call that waits for a notification is made in the same task',
    file: 'flight/flight.ts',
    find: '      timer: timer(1).subscribe(',
    replace: '      timer: from(Promise.resolve()).subscribe(',
  },
  {
    why: 'a call made from inside a function waits for the next around it',
    file: 'flight/run-nested.ts',
    find: '  nesting.depth++;\n  try {\n    return fn.apply(self, args);\n  } finally {\n    nesting.depth--;\n  }',
    replace: '  return fn.apply(self, args);',
  },
  {
    why: 'a call made from inside a listener waits for the next around it',
    file: 'flight/registry.ts',
    find: '    nesting.depth++;\n    this.#listeners.next(event);\n    nesting.depth--;',
    replace: '    this.#listeners.next(event);',
  },
  {
    why: 'a promise call does not wait',
    file: 'promises/board-promise.ts',
    find: '  if (found?.isInNext()) {',
    replace: '  if (false as boolean) {',
  },
  {
    why: 'a promise call joins the promise of the flight that it comes from',
    file: 'flight/flight.ts',
    find: 'return this.isInNext() ? undefined : this.toFlight()?.promise;',
    replace: 'return this.toFlight()?.promise;',
  },
  // Nobody is left
  {
    why: 'a forgotten flight waits for a notifier',
    file: 'flight/flight.ts',
    find: '      this.#forgotten = true;\n',
    replace: '',
  },
  {
    why: 'a forgotten flight that lingers is left alone',
    file: 'flight/flight.ts',
    find: '      try {\n        this.#lingerIfDeserted();\n',
    replace: '      try {\n',
  },
  {
    why: 'a run that goes on when all have left fails for nobody',
    file: 'flight/flight.ts',
    find: '    const { connection } = this;\n    if (this.closed) {\n      return;\n    }\n',
    replace:
      "    const { connection } = this;\n    if (this.closed) return;\n    if (this.callers === 0 && type === 'error') throw result;\n",
  },
  {
    why: 'two notifiers are awaited',
    file: 'flight/flight.ts',
    find: '      !this.#notifier &&\n',
    replace: '',
  },
  // Slots
  {
    why: 'a slot is free before the ended run has been torn down',
    file: 'operator/keyed-calls.ts',
    find: '          flight.afterTeardown(() => {\n            this.#leading--;\n            this.#drain();\n          });',
    replace: '          this.#leading--;\n          this.#drain();',
  },

  // Across participants
  {
    why: 'the end is sent before the key is free',
    file: 'across/run.ts',
    find: '        void this.free().then(notify);',
    replace: '        void this.free();\n        notify();',
  },
  {
    why: 'a run that everyone has left keeps its key',
    file: 'across/run.ts',
    find: '        void this.free();\n        this.#ended?.next();',
    replace: '        this.#ended?.next();',
  },
  {
    why: 'an end is forgotten before it was received',
    file: 'across/run.ts',
    find: 'if (this.#followers.size === 0 && this.flight.closed) {',
    replace: 'if (this.flight.closed) {',
  },
  {
    why: 'a run waits for followers that have died',
    file: 'across/run.ts',
    find: 'if (++follower.silence > 4) {',
    replace: 'if (++follower.silence > 1e9) {',
  },
  {
    why: 'values that are lost are skipped',
    file: 'across/following.ts',
    find: 'first + i === this.#received + 1',
    replace: 'first + i > this.#received && (this.#received = first + i - 1) >= 0',
  },
  {
    why: 'values that come twice are emitted twice',
    file: 'across/following.ts',
    find: 'first + i === this.#received + 1',
    replace: 'first + i <= this.#received + 1',
  },
  {
    why: 'a follower waits for a silent leader without end',
    file: 'across/following.ts',
    find: 'if (this.#silence++ > 0) {',
    replace: 'if (false as boolean) {',
  },
  {
    why: 'a late caller waits for values that are not kept',
    file: 'across/follower.ts',
    find: 'this.base = (this.#values[0]?.index ?? run.latest + 1) - 1;',
    replace: 'this.base = 0;',
  },
  {
    why: 'values are repeated by a successor',
    file: 'across/route.ts',
    find: '    this.#hasReceived = true;\n',
    replace: '',
  },
  {
    why: 'a claim that is granted too late is kept',
    file: 'across/route.ts',
    find: '          // Granted too late.\n          void participant.free(this.#keyText, flight);\n',
    replace: '',
  },
  {
    why: 'patience has no end',
    file: 'across/participant.ts',
    find: 'const stop = this.clock.after(this.patience, () => {',
    replace: 'const stop = this.clock.after(1e9, () => {',
  },
  {
    why: 'callers that have left a leader are still counted',
    file: 'across/route.ts',
    find: '        counted.unsubscribe();\n      },',
    replace: '      },',
  },
  {
    why: "a follower's configuration wins over its leader's",
    file: 'across/route.ts',
    find: '    if (this.#way.follows === true) {',
    replace: '    if (false) {',
  },
  {
    why: 'forget() frees no key elsewhere',
    file: 'across/route.ts',
    find: '    void this.#participant.release(this.#key);\n',
    replace: '',
  },
  {
    why: 'abort() does not reach the leader',
    file: 'across/abort-elsewhere.ts',
    find: "      participant.send(leader, 'abort', flight, call, packed);\n",
    replace: '',
  },
  {
    why: 'the wire is never released',
    file: 'across/participant.ts',
    find: '        this.wire.rest();\n',
    replace: '',
  },
];
