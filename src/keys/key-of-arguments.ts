type Primitive = string | number | bigint | boolean | symbol | null | undefined;

type NotSignal<T> = T extends AbortSignal | undefined
  ? never
  : T extends { readonly signal?: AbortSignal | undefined }
    ? Exclude<keyof T, 'signal'>
    : true;

/** The type of the default key of {@link coalesced}: a single primitive argument is its own key, all else is opaque. */
export type ArgumentsKey<A extends readonly unknown[]> = A extends readonly [infer P extends Primitive] ? P : unknown;

/** The type of the default key of {@link coalescedAsync}: the same, where a signal is no part of the key. */
export type AsyncArgumentsKey<A extends readonly unknown[]> = A extends readonly [
  infer P extends Primitive,
  (infer Last)?,
]
  ? [NotSignal<Last>] extends [never]
    ? P
    : ArgumentsKey<A>
  : unknown;
