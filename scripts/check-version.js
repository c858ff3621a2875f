/**
 * Compares the golden API reports with those of the latest release, a tag `v*`: what has been removed or changed asks for the next
 * major version, what has been added for the next minor one. Before 1.0.0 each counts one place further right.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const folder = 'spec/public-api';
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const [tag] = git('tag', '--list', 'v*', '--sort=-version:refname').split('\n');

if (tag === '') {
  console.log(`${version} will be the first release: there is no API to compare with.`);
} else {
  const place = placeOf(changes());
  const least = place === undefined ? tag.slice(1) : raised(tag.slice(1), place);
  if (isLess(version, least)) {
    console.error(
      `The public API differs from that of ${tag}: expected the version to be at least ${least}, got ${version}.`,
    );
    process.exitCode = 1;
  } else {
    console.log(`The public API fits ${version}, after ${tag}.`);
  }
}

function changes() {
  const reports = readdirSync(folder).map((name) => `${folder}/${name}`);
  const released = git('ls-tree', '-r', '--name-only', tag, folder).split('\n').filter(Boolean);
  const lines = [...new Set([...reports, ...released])].map((report) => ({
    before: released.includes(report) ? git('show', `${tag}:${report}`).split('\n') : [],
    after: reports.includes(report) ? readFileSync(report, 'utf8').split('\n') : [],
  }));
  return {
    removed: lines.some(({ before, after }) => before.some((line) => !after.includes(line))),
    added: lines.some(({ before, after }) => after.some((line) => !before.includes(line))),
  };
}

function placeOf({ removed, added }) {
  const shift = tag.startsWith('v0.') ? 1 : 0;
  return removed ? shift : added ? 1 + shift : undefined;
}

function raised(released, place) {
  return released
    .split('.')
    .map((part, i) => (i < place ? Number(part) : i === place ? Number(part) + 1 : 0))
    .join('.');
}

function isLess(one, other) {
  const [a, b] = [one, other].map((each) => each.split('-')[0].split('.').map(Number));
  const place = a.findIndex((part, i) => part !== b[i]);
  return place >= 0 && a[place] < b[place];
}

function git(...args) {
  return execFileSync('git', args, { encoding: 'utf8' }).trimEnd();
}
