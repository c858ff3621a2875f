/**
 * Those with a `trap` are how others fail. Two kinds of traps are not here: of keys, since the model has its own and
 * `argumentsKey` has specs, and of handlers that throw, which RxJS itself keeps from the library.
 */
export const breakages = [
  // The hand-written registry
  {
    trap: 'a call from complete() joins what has ended',
    file: 'flight/flight.ts',
    find: '    this.outcome = outcome;\n    this.#free();\n',
    replace:
      '    this.outcome = outcome;\n    const key = this.#key;\n    queueMicrotask(() => this.#owner.free(key, this));\n',
  },
  {
    trap: 'the old values are replayed to repeat()',
    file: 'flight/flight.ts',
    find: '    this.outcome = outcome;\n    this.#free();\n',
    replace: "    this.outcome = outcome;\n    if (outcome !== 'complete') this.#free();\n",
  },
  {
    trap: 'joining between next and complete receives no value',
    file: 'flight/broadcast.ts',
    find: '    receiver.cursor = this.#spared;',
    replace: '    receiver.cursor = this.#latest;',
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
    find: "      if (this.#isDeserted()) {\n        this.#free();\n      }\n      this.#emit('leave');\n    }\n    this.#lingerIfDeserted();",
    replace: "      this.#emit('leave');\n    }\n    queueMicrotask(() => this.#lingerIfDeserted());",
  },
  {
    trap: 'the key is freed by a finalizer, after the teardown',
    file: 'flight/flight.ts',
    find: '  #free(): void {\n    this.#owner.free(this.#key, this);',
    replace: '  #free(): void {\n    const key = this.#key;\n    setTimeout(() => this.#owner.free(key, this));',
  },
  // Other systems
  {
    trap: "the leader's leaving fails everyone",
    file: 'flight/flight.ts',
    find: '    this.broadcast.remove(caller);\n',
    replace:
      "    this.broadcast.remove(caller);\n    if (caller.previous === undefined && this.callers > 1) this.abort(new Error('left'));\n",
  },
  {
    trap: 'the leader is counted as a follower too',
    file: 'flight/flight.ts',
    find: '      this.number = ++this.#owner.started;',
    replace: '      this.number = ++this.#owner.started;\n      this.callers++;',
  },
  {
    trap: 'promise callers are not counted, so the last subscriber cancels them',
    file: 'promises/promise-flight.ts',
    find: '.boardFor(this.callers, this.number)',
    replace: '.boardFor(0, this.number)',
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
    find: '    if (this.#isDeserted()) {\n      this.cancel();\n    } else if',
    replace: '    if',
  },
  {
    trap: "only the first caller's signal counts",
    file: 'promises/promise-caller.ts',
    find: '      signal &&\n',
    replace: '      (flight.callers === 0 || undefined) &&\n      signal &&\n',
  },
  {
    trap: 'a signal that is already aborted is ignored',
    file: 'promises/coalesced-async.ts',
    find: 'if (own?.signal.aborted === true) {',
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
    find: '    if (this.#notifying > 1) {',
    replace: '    if (this.#notifying > 1000) {',
  },
  // share()
  {
    trap: 'a notifier that ends without a value cancels',
    file: 'flight/flight.ts',
    find: '          error: reportUnhandled,\n        });',
    replace:
      '          error: reportUnhandled,\n          complete: () => this.#lingers() && this.cancel(),\n        });',
  },
  {
    trap: 'a notifier that throws swallows the notification',
    file: 'flight/flight.ts',
    find: '      const notifier = defer(resetOnRefCountZero)\n',
    replace: '      const notifier = (resetOnRefCountZero() as Observable<unknown>)\n',
  },
  // Ending
  {
    why: 'the event comes after the callers have been notified',
    file: 'flight/flight.ts',
    find: '    this.#emit(outcome, error);\n    // A promise',
    replace: '    queueMicrotask(() => this.#emit(outcome, error));\n    // A promise',
  },
  {
    why: 'the source is torn down before the callers are notified',
    file: 'flight/flight.ts',
    find: "    this.#stopLingering();\n    if (outcome === 'cancel') {",
    replace: "    this.#stopLingering();\n    this.connection?.unsubscribe();\n    if (outcome === 'cancel') {",
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
    find: '    } else if (!this.hasEnded()) {\n      const source',
    replace: '    } else {\n      const source',
  },
  {
    why: 'an ended flight is joined',
    file: 'flight/flight.ts',
    find: '    if (this.hasEnded()) {\n      return false;\n    }\n    const hasLeft',
    replace: '    const hasLeft',
  },
  {
    why: 'an aborted flight emits',
    file: 'flight/flight.ts',
    find: '    if (!this.hasEnded()) {\n      const postponed',
    replace: '    {\n      const postponed',
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
    find: '    this.outcome = outcome;\n    this.#free();',
    replace: '    this.outcome = outcome;\n    this.#stopLingering();\n    this.#free();',
  },
  {
    why: 'a notifier cancels under a caller',
    file: 'flight/flight.ts',
    find: '            if (this.#lingers()) {\n              this.cancel();',
    replace: '            {\n              this.cancel();',
  },
  {
    why: 'a caller that was gone before leaves a trace',
    file: 'flight/registry.ts',
    find: '    let joined = subscriber.closed;',
    replace: '    let joined = false;',
  },
  // Notifying
  {
    why: 'a late caller receives one value too few',
    file: 'flight/broadcast.ts',
    find: '    if (this.#kept < this.#bufferSize) {',
    replace: '    if (this.#kept + 1 < this.#bufferSize) {',
  },
  {
    why: 'a late caller receives one value too many',
    file: 'flight/broadcast.ts',
    find: '    if (this.#kept < this.#bufferSize) {',
    replace: '    if (this.#kept <= this.#bufferSize) {',
  },
  {
    why: 'an undefined value is none',
    file: 'promises/promise-caller.ts',
    find: '    if (latest === undefined) {',
    replace: '    if (latest?.value === undefined) {',
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
    find: '    if (this.#notifying > 0) {\n      this.#notifyAll();\n    }\n    for',
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
    find: '        this.#caller.unsubscribe();\n',
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
    find: '    this.owner.free(this.key, this);\n',
    replace: '    const key = this.key;\n    setTimeout(() => this.owner.free(key, this));\n',
  },
  {
    why: 'promiseFrom keeps its listener',
    file: 'promises/promise-from.ts',
    find: 'subscriber.add(onAbort(signal, leave));',
    replace: 'onAbort(signal, leave);',
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
    file: 'flight/flight.ts',
    find: '      this.number = ++this.#owner.started;',
    replace: '      this.number = this.#owner.started = 1;',
  },
  {
    why: 'abort() without a reason has none',
    file: 'flight/abort-reason.ts',
    find: "return reason === undefined ? new DOMException('The flight was aborted.', 'AbortError') : reason;",
    replace: 'return reason;',
  },
  {
    why: 'no leave is emitted for the last',
    file: 'flight/flight.ts',
    find: "      this.#emit('leave');",
    replace: "      if (this.callers > 0) this.#emit('leave');",
  },
  {
    why: 'an end emits a leave for every caller',
    file: 'flight/flight.ts',
    find: '    if (caller.joined === 0 || this.hasEnded()) {',
    replace: "    if (this.hasEnded()) this.#say('leave');\n    if (caller.joined === 0 || this.hasEnded()) {",
  },
  // The operator
  {
    why: 'a value that joins takes a slot',
    file: 'operator/keyed-calls.ts',
    find: '    const leads = found === undefined;',
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
    find: 'ignoreDuplicates: duplicates ===',
    replace: 'ignoreDuplicates: false && duplicates ===',
  },
  {
    why: 'a queued value is not looked up again',
    file: 'operator/keyed-calls.ts',
    find: 'const found = queued === undefined ?',
    replace: 'const found = queued === undefined && waiting === undefined ?',
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
    find: 'this.#tickets.size === 0 && this.#leading === 0 && ',
    replace: '',
  },
  {
    why: 'leaving the operator keeps its flights',
    file: 'operator/keyed-calls.ts',
    find: '      ticket.leave();',
    replace: '',
  },
  {
    why: 'several waiting values are answered once',
    file: 'operator/ticket.ts',
    find: '    latest.weight++;\n',
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
    find: '      this.afterTeardown(postponed.resume);',
    replace: '      postponed.resume();',
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
    find: '        this.#resume(this.#takePostponed());\n      }, 1);',
    replace: '      }, 1);',
  },
  {
    why: 'a call that waits for a notification is made in the same task',
    file: 'flight/flight.ts',
    find: '      const timer = asyncScheduler.schedule(() => {\n        this.#resume(this.#takePostponed());\n      }, 1);',
    replace:
      '      const timer = new Subscription();\n      queueMicrotask(() => { if (!timer.closed) this.#resume(this.#takePostponed()); });',
  },
  {
    why: 'a call made from inside a function waits for the next around it',
    file: 'flight/flight.ts',
    find: '    nesting.depth++;\n    try {\n      return start(this);\n    } finally {\n      nesting.depth--;\n    }',
    replace: '    return start(this);',
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
    find: '  if (found?.isInNext() === true) {',
    replace: '  if (false as boolean) {',
  },
  {
    why: 'a promise call joins the promise of the flight that it comes from',
    file: 'flight/flight.ts',
    find: 'const promise = this.isInNext() ? undefined : this.toFlight()?.promise;',
    replace: 'const promise = this.toFlight()?.promise;',
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
    find: '      if (this.#isDeserted()) {\n        reporting(',
    replace: '      if (false as boolean) {\n        reporting(',
  },
  {
    why: 'a run that goes on when all have left fails for nobody',
    file: 'flight/flight.ts',
    find: '    if (!this.hasEnded()) {\n      this.connection?.error(error);\n    }',
    replace: '    if (this.callers === 0 && !this.hasEnded()) throw error;\n    this.connection?.error(error);',
  },
  {
    why: 'two notifiers are awaited',
    file: 'flight/flight.ts',
    find: '      if (this.#lingering) {\n        return;\n      }\n',
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
    find: '      return from(this.free()).pipe(ignoreElements());',
    replace: '      void this.free();\n      return from([]);',
  },
  {
    why: 'a run that everyone has left keeps its key',
    file: 'across/run.ts',
    find: '        void this.free();\n        for (const desert',
    replace: '        for (const desert',
  },
  {
    why: 'an end is forgotten before it was received',
    file: 'across/run.ts',
    find: '    if (this.#followers.size === 0) {\n      this.drop();',
    replace: '    if (this.#followers.size >= 0) {\n      this.drop();',
  },
  {
    why: 'followers that have died are waited for',
    file: 'across/run.ts',
    find: 'if (++follower.silence > 4) {',
    replace: 'if (++follower.silence > 1e9) {',
  },
  {
    why: 'values that are lost are passed over',
    file: 'across/following.ts',
    find: 'first + i === this.#have + 1',
    replace: 'first + i > this.#have && (this.#have = first + i - 1) >= 0',
  },
  {
    why: 'values that come twice are emitted twice',
    file: 'across/following.ts',
    find: 'first + i === this.#have + 1',
    replace: 'first + i <= this.#have + 1',
  },
  {
    why: 'a silent leader is waited for',
    file: 'across/following.ts',
    find: '        this.#to.doubt(this, this.#silence);\n',
    replace: '',
  },
  {
    why: 'a late caller waits for values that are not kept',
    file: 'across/follower.ts',
    find: 'base ??= value.index - 1;',
    replace: 'base ??= 0;',
  },
  {
    why: 'values are repeated by a successor',
    file: 'across/route.ts',
    find: '    this.#hasHeard = true;\n',
    replace: '',
  },
  {
    why: 'a claim that is granted too late is kept',
    file: 'across/route.ts',
    find: '          // Granted too late.\n          void participant.free(this.#text, flight);\n',
    replace: '',
  },
  {
    why: 'patience has no end',
    file: 'across/route.ts',
    find: 'this.#stopPatience = participant.clock.after(patience,',
    replace: 'this.#stopPatience = participant.clock.after(1e9,',
  },
  {
    why: "a leader's callers that have left are counted on",
    file: 'across/route.ts',
    find: '        counted?.unsubscribe();\n      },',
    replace: '      },',
  },
  {
    why: "a follower's configuration wins over its leader's",
    file: 'across/route.ts',
    find: '    if (this.#isFollowing) {',
    replace: '    if (false) {',
  },
  {
    why: 'forget() frees no key elsewhere',
    file: 'across/across-registry.ts',
    find: '    void this.#participant.release(textOf(key));\n',
    replace: '',
  },
  {
    why: 'abort() does not reach the leader',
    file: 'across/remote-abort.ts',
    find: '    this.beat();\n  }',
    replace: '  }',
  },
  {
    why: 'the wire is never released',
    file: 'across/participant.ts',
    find: '        this.wire.rest();\n',
    replace: '',
  },
];
