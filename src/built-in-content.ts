import { stringText } from './string-text.js';

type BuiltIns = Record<string, { readonly prototype: unknown } | undefined>;

/**
 * What an instance of the global class with this name holds: the entries of a `Map` or `Set`, and as a text what is in a `Date`, a
 * `URL` or binary data; undefined for every other object, and for one of a subclass.
 */
export function builtInContent(value: object, className: string): readonly unknown[] | string | undefined {
  if ((globalThis as unknown as BuiltIns)[className]?.prototype !== Object.getPrototypeOf(value)) {
    return undefined;
  }
  if (ArrayBuffer.isView(value)) {
    // Numbers as they are compared: -0 is 0, and NaN has many forms.
    return className.startsWith('Float') ? `${(value as Float64Array).join()};` : bytesText(value);
  }
  try {
    switch (className) {
      case 'Map':
        return [...(Map.prototype.entries.call(value) as Iterable<unknown>)];
      case 'Set':
        return [...(Set.prototype.values.call(value) as Iterable<unknown>)];
      case 'Date':
        return `${Date.prototype.getTime.call(value)};`;
      case 'URL':
        return stringText((value as URL).href);
      case 'ArrayBuffer':
      case 'SharedArrayBuffer':
        return bytesText(new DataView(value as ArrayBuffer));
    }
  } catch {
    // It inherits from the class, and that is all.
  }
  return undefined;
}

function bytesText({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  let text = `${byteLength}:`;
  for (let start = 0; start < byteLength; start += 8192) {
    text += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return text;
}
