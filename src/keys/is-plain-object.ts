/** Whether an object is no instance of a class: a literal's, of any realm, or one without a prototype; `Math` and its like are none. */
export function isPlainObject(value: object): value is Record<PropertyKey, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain =
    prototype === Object.prototype ||
    prototype === null ||
    (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'isPrototypeOf'));
  return isPlain && typeof value !== 'function' && !Array.isArray(value) && !(Symbol.toStringTag in value);
}
