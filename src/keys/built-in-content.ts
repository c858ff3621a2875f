type BuiltIns = Record<string, { readonly prototype: unknown } | undefined>;

/**
 * What an instance of a built-in class holds, be it many entries or one primitive; undefined for every other object, and for one of a
 * subclass.
 */
export function builtInContent(value: object, className: string): readonly unknown[] | undefined {
  try {
    switch (Object.getPrototypeOf(value)) {
      case Map.prototype:
        return [...(Map.prototype.entries.call(value) as Iterable<unknown>)];
      case Set.prototype:
        return [...(Set.prototype.values.call(value) as Iterable<unknown>)];
      case Date.prototype:
        return [Date.prototype.getTime.call(value)];
      case URL.prototype:
        return [(value as URL).href];
      case (globalThis as unknown as BuiltIns)[className]?.prototype: {
        const { byteLength, byteOffset, buffer = value as ArrayBuffer } = value as Partial<Uint8Array>;
        if (byteLength !== undefined) {
          // Numbers as they are compared: -0 is 0, and NaN has many forms.
          return [(value as Partial<Uint8Array>).join?.() ?? new Uint8Array(buffer, byteOffset, byteLength).join()];
        }
      }
    }
  } catch {
    // It inherits from the class, and that is all.
  }
  return undefined;
}
