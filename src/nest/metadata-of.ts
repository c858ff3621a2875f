/** What the package `reflect-metadata`, which every Nest application loads, adds to `Reflect`. */
interface WithMetadata {
  getMetadata(key: string, target: object, propertyKey?: string): unknown;
}

/** Metadata that decorators have left. */
export function metadataOf(key: string, target: object, propertyKey?: string): unknown {
  return (Reflect as unknown as WithMetadata).getMetadata(key, target, propertyKey);
}
