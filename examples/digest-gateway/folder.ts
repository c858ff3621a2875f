import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, rmSync } from 'node:fs';
import { mkdtemp, readdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UsageError } from './options.js';

/** A file by its name in the folder. */
export interface NamedFile {
  readonly file: string;
  readonly size: number;
}

/** A file and what its digest has to be. */
export interface FileDigest extends NamedFile {
  readonly sha256: string;
}

const LARGEST = 1024 * 1024;
const LARGEST_TOGETHER = 64 * LARGEST;

/** A folder of random bytes that is removed when the process ends, however it ends. */
export async function temporaryFolder(files: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'digest-gateway-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const size = Math.min(LARGEST, Math.floor(LARGEST_TOGETHER / files));
  const digits = String(files).length;
  for (let i = 1; i <= files; i += 1) {
    await writeFile(join(folder, `file-${String(i).padStart(digits, '0')}.bin`), randomBytes(size));
  }
  return folder;
}

/** The first files of a folder by name, none of them empty. */
export async function filesOf(folder: string, most: number): Promise<NamedFile[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw new UsageError(`${folder}: ${reason(error as NodeJS.ErrnoException)}`);
  });
  const names = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  const files: NamedFile[] = [];
  for (const file of names.sort()) {
    if (files.length === most) break;
    const { size } = await stat(join(folder, file));
    if (size > 0) files.push({ file, size });
  }
  if (files.length === 0) throw new UsageError(`${folder}: there is no file in it to take a digest of`);
  return files;
}

export async function digestsOf(
  folder: string,
  files: readonly NamedFile[],
  onDigest: (digests: number) => void = () => undefined,
): Promise<FileDigest[]> {
  const digests: FileDigest[] = [];
  for (const { file, size } of files) {
    onDigest(digests.push({ file, size, sha256: await sha256(join(folder, file)) }));
  }
  return digests;
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return (hash.read() as Buffer).toString('hex');
}

function reason({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'no such folder';
  return code === 'ENOTDIR' ? 'not a folder' : message;
}
