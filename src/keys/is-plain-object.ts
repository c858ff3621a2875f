/** Whether an object is not an instance of a class: an object literal of any realm, or an object without a prototype, but not `Math`. */
export function isPlainObject(value: object): value is Record<PropertyKey, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain =
    prototype === Object.prototype ||
    prototype === null ||
    (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'isPrototypeOf'));
  return isPlain && typeof value !== 'function' && !Array.isArray(value) && !(Symbol.toStringTag in value);
}
