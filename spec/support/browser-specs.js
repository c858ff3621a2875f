// karma's one file: every spec that is not Node's alone, in one bundle, so that all share one rxjs as they do in Node.
const specs = import.meta.webpackContext('..', { regExp: /(?<!\.node)\.spec\.ts$/ });
for (const name of specs.keys()) specs(name);

// From here on jasmine handles uncaught errors, and some specs expect one; karma would end the whole run at the first.
window.onerror = null;
