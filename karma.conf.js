/**
 * The specs in headless browsers. `npm run test:browser -- --grep=TEXT` runs some of them, `--seed=N` repeats an order,
 * `--angular=VERSION` runs those of Angular with the version of that name in scripts/angular/, and `--oldest` runs all with the rxjs
 * of build/oldest/.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromiumFlags, findChromium, findFirefox } from './scripts/browsers.js';
import { saveCounts } from './scripts/count-specs.js';
import { specBundle } from './scripts/spec-bundle.js';

const require = createRequire(import.meta.url);

export default async function configure(config) {
  // karma itself passes none of them on.
  const { grep, seed, angular, oldest } = parseArgs({ strict: false }).values;
  const firefox = findFirefox();
  process.env.CHROME_BIN = await findChromium();
  if (firefox) process.env.FIREFOX_BIN = firefox;
  const bundles = resolve(`build/karma/${process.pid}`);
  mkdirSync(bundles, { recursive: true });
  process.once('exit', () => rmSync(bundles, { recursive: true, force: true }));

  // Packages that are taken before those of the root, and what the counts of such a run are named by.
  const [packages, variant] = angular
    ? [[resolve('scripts/angular', angular, 'node_modules')], `-angular-${angular}`]
    : oldest
      ? [[resolve('build/oldest/node_modules')], '-oldest']
      : [[], ''];
  const entry = `spec/support/${angular ? 'angular-' : ''}browser-specs.js`;

  config.set({
    files: [entry],
    preprocessors: { [entry]: ['webpack', 'sourcemap'] },
    frameworks: ['jasmine', 'webpack'],
    plugins: [
      'karma-webpack',
      'karma-sourcemap-loader',
      'karma-chrome-launcher',
      'karma-firefox-launcher',
      { 'framework:jasmine': ['factory', jasmine7], 'reporter:counts': ['factory', countsReporter(variant)] },
    ],
    webpack: specBundle(bundles, packages),
    client: { args: grep ? [`--grep=${grep}`] : [], jasmine: { random: true, ...(seed && { seed }) } },
    browsers: ['Chromium', ...(firefox ? ['FirefoxHeadless'] : [])],
    customLaunchers: {
      Chromium: { base: 'ChromeHeadless', flags: [...chromiumFlags, '--js-flags=--expose-gc'] },
    },
    reporters: ['dots', 'counts'],
    autoWatch: false,
    // Other specs run beside these, and a page that is busy does not answer.
    pingTimeout: 60_000,
    browserDisconnectTimeout: 60_000,
    browserNoActivityTimeout: 120_000,
    singleRun: true,
  });
}

/** jasmine 7 boots itself: karma-jasmine's own framework would load a `boot.js` that fails on it. */
function jasmine7(files) {
  const paths = [
    join(dirname(require.resolve('jasmine-core')), 'jasmine-core/jasmine.js'),
    join(dirname(require.resolve('karma-jasmine')), 'adapter.js'),
  ];
  files.unshift(...paths.map((pattern) => ({ pattern, included: true, served: true, watched: false })));
}
jasmine7.$inject = ['config.files'];

/** A function to make the reporter by: karma takes no arrow function. */
function countsReporter(variant) {
  return function reporter() {
    return {
      onBrowserComplete({ name, lastResult }, { order }) {
        const browser = name.split(' ')[0].toLowerCase();
        saveCounts(browser + variant, { passed: lastResult.success, failed: lastResult.failed });
        console.log(`${name}: random order with seed ${order?.seed}`);
      },
    };
  };
}
