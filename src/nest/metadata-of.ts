/** `Reflect` with the package `reflect-metadata`, which every Nest application loads. */
interface WithMetadata {
  getMetadata(key: string, target: object, propertyKey?: string): unknown;
}

/** Reads metadata that a decorator has set. */
export function metadataOf(key: string, target: object, propertyKey?: string): unknown {
  return (Reflect as unknown as WithMetadata).getMetadata(key, target, propertyKey);
}
