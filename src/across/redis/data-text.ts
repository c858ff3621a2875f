/**
 * How plain data is written as text: as JSON, in which an object with this property stands for what JSON does not know. An object of the
 * user's that has this property is itself written so.
 */
export const tagName = '$';

/** How deep data may be nested, so that hostile text ends no process. */
export const depthLimit = 256;

/** The classes of binary data. */
export const binaryClasses: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'ArrayBuffer',
  'DataView',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float16Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
]);
