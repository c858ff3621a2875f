import type { CoalesceConfig } from '../coalesced/coalesce-config.js';
import { isObject } from '../keys/is-object.js';

type Config = CoalesceConfig<any, any, any, any>;
/** The methods that `reflect-metadata` adds to `Reflect`. */
interface Metadata {
  getOwnMetadataKeys(target: object): unknown[];
  getOwnMetadata(key: unknown, target: object): unknown;
  defineMetadata(key: unknown, value: unknown, target: object): void;
}

type Method = (this: unknown, ...args: any[]) => unknown;

/**
 * Makes a decorator for both protocols. Each instance gets its own coalesced method.
 *
 * @param where - the name of the decorator, for errors
 * @param params - the arguments of the decorator
 * @param coalesce - makes a coalesced method
 */
export function methodDecorator(
  where: string,
  params: readonly unknown[],
  coalesce: (method: any, config: Config | undefined, where: string, name: string) => Method,
): (...params: unknown[]) => unknown {
  if (params.length > 1 || typeof params[0] === 'function') {
    throw new TypeError(`${where}: expected "config" to be an object, got the decorated method: write @${where}()`);
  }
  const [given] = params as readonly Config[];
  // Checks the configuration now, and copies it, so that it cannot change after the check.
  coalesce(() => undefined, given, where, 'method');
  const config = { ...given };

  function decorated(method: unknown, name: unknown): Method {
    if (typeof method !== 'function') {
      throw new TypeError(`${where}: expected a method to decorate, got ${String(name)}`);
    }
    return withAllOf(
      method,
      perInstance(() => coalesce(method, config, where, 'method')),
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

/** A method that calls another one for each `this`: it is made at the first call, and garbage-collected with `this`. */
function perInstance(make: () => Method): Method {
  const methods = new WeakMap<object, Method>();
  return function (this: unknown, ...args) {
    // Calls without an instance share nothing, because they may not belong together.
    let method = isObject(this) ? methods.get(this) : make();
    if (!method) {
      method = make();
      methods.set(this as object, method);
    }
    return method.apply(this, args);
  };
}

/**
 * Gives `call` the properties of the method that it replaces: its name, and what earlier decorators have set, including metadata of
 * `reflect-metadata`. Later decorators set theirs on `call` itself.
 */
function withAllOf(method: object, call: Method): Method {
  const properties: PropertyDescriptorMap = Object.getOwnPropertyDescriptors(method);
  delete properties.prototype;
  const metadata = Reflect as Partial<Metadata>;
  for (const key of metadata.getOwnMetadataKeys?.(method) ?? []) {
    metadata.defineMetadata?.(key, metadata.getOwnMetadata?.(key, method), call);
  }
  return Object.defineProperties(call, properties);
}
