import { isObject } from '../keys/is-object.js';
import { isPlainObject } from '../keys/is-plain-object.js';

/**
 * Whether an answer can be read only once: a `StreamableFile`, a stream of Node or of the web, a web `Response`, or the result of a
 * generator; also a plain object with such a property, because Nest may send the property.
 */
export function isReadOnce(value: unknown): boolean {
  return isObject(value) && (isStream(value) || (isPlainObject(value) && Object.values(value).some(isStream)));
}

/** Closes a stream that nobody will read. */
export function discard(value: unknown): void {
  if (isReadOnce(value)) {
    const { getStream } = value as { readonly getStream?: () => unknown };
    const stream = (getStream === undefined ? value : getStream.call(value)) as { readonly destroy?: () => void };
    stream.destroy?.();
  }
}

function isStream(value: unknown): boolean {
  return (
    isObject(value) &&
    (Symbol.asyncIterator in value ||
      'bodyUsed' in value ||
      ['getStream', 'pipe', 'getReader'].some((method) => typeof Reflect.get(value, method) === 'function'))
  );
}
