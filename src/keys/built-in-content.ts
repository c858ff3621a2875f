interface BuiltIn {
  readonly prototype: { [Symbol.iterator](): IterableIterator<unknown>; toString(): string };
}

/** The built-in classes by name. Some runtimes lack some of them. */
const builtIns = globalThis as unknown as Readonly<Record<string, BuiltIn | undefined>>;

/**
 * The content of an instance of a built-in class: its entries, or one primitive. Undefined for every other object, also for an instance
 * of a subclass.
 */
export function builtInContent(value: object, className: string): readonly unknown[] | undefined {
  try {
    const prototype = Object.getPrototypeOf(value) as BuiltIn['prototype'];
    switch (prototype as unknown) {
      case Map.prototype:
      case Set.prototype:
        return [...prototype[Symbol.iterator].call(value)];
      case Date.prototype:
        return [Date.prototype.getTime.call(value)];
      case builtIns['URL']?.prototype:
      case builtIns['URLSearchParams']?.prototype:
        return [prototype.toString.call(value)];
      case builtIns['Headers']?.prototype:
        // One list in its order, because there may be several Set-Cookie headers.
        return [[...prototype[Symbol.iterator].call(value)]];
      case builtIns[className]?.prototype: {
        const { byteLength, byteOffset, buffer = value as ArrayBuffer } = value as Partial<Uint8Array>;
        if (byteLength !== undefined) {
          // As numbers, not as bytes: -0 equals 0, and NaN has many byte forms.
          return [(value as Partial<Uint8Array>).join?.() ?? new Uint8Array(buffer, byteOffset, byteLength).join()];
        }
      }
    }
  } catch {
    // It only inherits from the class, and has no content.
  }
  return undefined;
}
