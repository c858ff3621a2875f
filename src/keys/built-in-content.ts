interface BuiltIn {
  readonly prototype: { entries(): Iterable<unknown>; toString(): string };
}

/** Some runtimes lack some of them. */
const builtIns = globalThis as unknown as Readonly<Record<string, BuiltIn | undefined>>;

/**
 * What an instance of a built-in class holds, be it many entries or one primitive; undefined for every other object, and for one of a
 * subclass.
 */
export function builtInContent(value: object, className: string): readonly unknown[] | undefined {
  try {
    const prototype = Object.getPrototypeOf(value) as BuiltIn['prototype'];
    switch (prototype as unknown) {
      case Map.prototype:
        return [...(Map.prototype.entries.call(value) as Iterable<unknown>)];
      case Set.prototype:
        return [...(Set.prototype.values.call(value) as Iterable<unknown>)];
      case Date.prototype:
        return [Date.prototype.getTime.call(value)];
      case builtIns['URL']?.prototype:
      case builtIns['URLSearchParams']?.prototype:
        return [prototype.toString.call(value)];
      case builtIns['Headers']?.prototype:
        // One list, whose order matters: two may be named Set-Cookie.
        return [[...prototype.entries.call(value)]];
      case builtIns[className]?.prototype: {
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
