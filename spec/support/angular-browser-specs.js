// karma's one file for another version of Angular: the specs that depend on it.
const specs = import.meta.webpackContext('../angular', { regExp: /(?<!\.node)\.spec\.ts$/ });
for (const name of specs.keys()) specs(name);

// As in browser-specs.js.
window.onerror = null;
