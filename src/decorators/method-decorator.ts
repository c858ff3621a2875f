import type { CoalesceConfig } from '../coalesced/coalesce-config.js';
import { expectFunction } from '../config/expect-function.js';
import { flightSettings } from '../config/flight-settings.js';
import { registryOf } from '../flight/registry-of.js';

type Config = CoalesceConfig<any, any, any, any>;
type Method = (this: unknown, ...args: any[]) => unknown;

/**
 * Makes a decorator of both protocols, under which each instance has a coalesced method of its own.
 *
 * @param where - the name of the decorator, for errors
 * @param params - what the decorator was called with
 * @param coalesce - makes a coalesced method
 */
export function methodDecorator(
  where: string,
  params: readonly unknown[],
  coalesce: (method: any, config: Config) => Method,
): (...params: unknown[]) => unknown {
  const config = checkedConfig(where, params);

  function decorated(method: unknown, name: unknown): Method {
    if (typeof method !== 'function') {
      throw new TypeError(`${where}: expected a method to decorate, and ${String(name)} is none`);
    }
    return Object.defineProperties(
      perInstance(() => coalesce(method, config)),
      {
        name: { value: method.name, configurable: true },
        length: { value: method.length, configurable: true },
      },
    );
  }

  return (target, key, descriptor) => {
    if (isObject(key)) {
      const { kind, name } = key as DecoratorContext;
      return decorated(kind === 'method' && target, name);
    }
    const { value, ...rest } = (descriptor ?? {}) as TypedPropertyDescriptor<unknown>;
    return { ...rest, value: decorated(value, key ?? 'a class') };
  };
}

function checkedConfig(where: string, params: readonly unknown[]): Config {
  if (params.length > 1 || typeof params[0] === 'function') {
    throw new TypeError(`${where}: expected "config" to be an object, got what is decorated: write @${where}()`);
  }
  const [config = {}] = params as readonly Config[];
  flightSettings(where, config);
  if (config.keyFn !== undefined) {
    expectFunction(where, 'keyFn', config.keyFn);
  }
  registryOf(where, config.inFlight);
  // A copy: what has been checked is to stay so.
  return { ...config };
}

/** A method that is made anew for each `this`, and is collected with it. */
function perInstance(make: () => Method): Method {
  const methods = new WeakMap<object, Method>();
  return function (this: unknown, ...args) {
    // Calls without an instance share nothing: there is no telling whether they belong together.
    let method = isObject(this) ? methods.get(this) : make();
    if (method === undefined) {
      method = make();
      methods.set(this as object, method);
    }
    return method.apply(this, args);
  };
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
