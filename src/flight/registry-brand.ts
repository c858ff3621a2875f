/**
 * Marks a registry, so that another copy of this library recognises it: the package has two builds, and a program may load both. The
 * number is the version of the interface between functions, registries and flights.
 */
export const registryBrand: unique symbol = /* @__PURE__ */ Symbol.for('rxjs-coalesce.registry.1');
