import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createBrotliDecompress } from 'node:zlib';
import { extract } from 'tar-fs';

const modules = fileURLToPath(new URL('../node_modules/', import.meta.url));
const source = join(modules, '@sparticuz/chromium');

// The libraries that a bare system may lack come along, and are for Chromium alone, not for what else this process starts.
const launcher = `#!/bin/sh
here=$(dirname "$0")
export LD_LIBRARY_PATH="$here/al2023/lib\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export FONTCONFIG_FILE="$here/fonts.conf"
exec "$here/chromium" "$@"
`;

// The package's own configuration looks for the fonts of its usual deployment. Without fonts, an input field crashes the browser.
const fontConfiguration = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir prefix="relative">fonts</dir></fontconfig>
`;

/**
 * The path of the Chromium (a headless shell) that comes inside an npm package, unpacked at the first call.
 * The package's own helper is not used: it unpacks into a folder that all users of a machine share.
 */
export async function bundledChromium() {
  if (process.platform !== 'linux' || process.arch !== 'x64' || !existsSync(source)) {
    throw new Error('No Chrome or Chromium found: install one, or name one in CHROME_BIN.');
  }
  const { version } = JSON.parse(await readFile(join(source, 'package.json'), 'utf8'));
  const folder = join(modules, '.cache', `chromium-${version}`);
  if (!existsSync(folder)) await unpack(folder);
  return join(folder, 'launch');
}

/** Unpacks beside `folder` and renames at last, so that it is there whole or not at all, whoever else unpacks meanwhile. */
async function unpack(folder) {
  const draft = `${folder}.${process.pid}`;
  await mkdir(draft, { recursive: true });
  await Promise.all([
    inflate('chromium.br', createWriteStream(join(draft, 'chromium'), { mode: 0o755 })),
    inflate('al2023.tar.br', extract(join(draft, 'al2023'))),
    inflate('fonts.tar.br', extract(join(draft, 'fonts'))),
    writeFile(join(draft, 'fonts.conf'), fontConfiguration),
    writeFile(join(draft, 'launch'), launcher, { mode: 0o755 }),
  ]);
  try {
    await rename(draft, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    await rm(draft, { recursive: true });
  }
}

function inflate(name, target) {
  return pipeline(createReadStream(join(source, 'bin', name)), createBrotliDecompress(), target);
}
