type Primitive = string | number | bigint | boolean | symbol | null | undefined;

/** `never` if the parameter can contain nothing but a signal. */
type BesideSignal<T> = T extends AbortSignal | undefined
  ? never
  : T extends { readonly signal?: AbortSignal | undefined }
    ? 'signal' extends keyof T
      ? Exclude<keyof T, 'signal'>
      : true
    : true;

/** The type of the default key of {@link coalesced}: a single primitive argument is its own key; all else is opaque. */
export type ArgumentsKey<A extends readonly unknown[]> = A extends readonly [infer P extends Primitive] ? P : unknown;

/** The type of the default key of {@link coalescedAsync}: as {@link ArgumentsKey}, but without the caller's signal. */
export type AsyncArgumentsKey<A extends readonly unknown[]> = A extends readonly [
  infer P extends Primitive,
  (infer Last)?,
]
  ? [BesideSignal<Last>] extends [never]
    ? P
    : ArgumentsKey<A>
  : unknown;
