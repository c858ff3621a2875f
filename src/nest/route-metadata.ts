/** The metadata that `CoalesceRequests` sets on a method or a class: its configuration, or `false`. */
export const routeMetadata = 'rxjs-coalesce:requests';
