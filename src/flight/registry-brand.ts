/**
 * What a registry is known by, also to the faces of another copy of this library: the package has two builds, and a program may load
 * both. The number is that of what a face asks of a registry and its flights.
 */
export const registryBrand: unique symbol = /* @__PURE__ */ Symbol.for('rxjs-coalesce.registry.1');
