import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { burst } from '../../examples/digest-gateway/clients/burst.js';
import { Client } from '../../examples/digest-gateway/clients/client.js';
import { digestsOf, filesOf, type FileDigest } from '../../examples/digest-gateway/folder.js';
import { ask, digestUrl, type Answer } from '../../examples/digest-gateway/http.js';
import { withProgress } from '../../examples/digest-gateway/progress.js';
import { callersAre, everyoneHangsUp, leaderHangsUp } from '../../examples/digest-gateway/scenes.js';
import { withServers } from '../../examples/digest-gateway/servers.js';
import { endAll, run } from './program.js';

describe('examples/digest-gateway', () => {
  let place: string;
  let folder: string;
  let files: FileDigest[];
  let file: FileDigest;
  const usualTimeout = jasmine.DEFAULT_TIMEOUT_INTERVAL;

  // Whole programs run here, perhaps on a slow machine.
  beforeAll(() => (jasmine.DEFAULT_TIMEOUT_INTERVAL = 60_000));
  afterAll(() => (jasmine.DEFAULT_TIMEOUT_INTERVAL = usualTimeout));

  beforeEach(async () => {
    place = await realpath(await mkdtemp(join(tmpdir(), 'digest-gateway-spec-')));
    folder = join(place, 'files');
    await mkdir(folder);
    await writeFile(join(folder, 'a.bin'), randomBytes(200_000));
    await writeFile(join(folder, 'b & c.txt'), 'digest me');
    await writeFile(join(folder, 'empty'), '');
    files = await digestsOf(folder, await filesOf(folder, 10));
    file = files[0]!;
  });

  afterEach(async () => {
    await endAll();
    await rm(place, { recursive: true });
  });

  describe('npm start', () => {
    it('should answer every request with and without coalescing, with fewer runs with it', async () => {
      const program = run('digest-gateway', ['--requests', '60', '--files', '3']);

      expect(await program.ended).toBe(0);
      const before = rowOf(program.stdout, 'not coalesced');
      const after = rowOf(program.stdout, 'coalesced');
      expect(before.slice(0, 4)).toEqual(['60', '60', '60', '60 MiB']);
      expect(after.slice(0, 2)).toEqual(['60', '60']);
      const runs = Number(after[2]);
      expect(runs).toBeGreaterThanOrEqual(3);
      expect(runs).toBeLessThan(60);
      expect(after[3]).toBe(`${runs} MiB`);
      for (const row of [before, after]) {
        const [wallTime = 0, p50 = 0, p99 = 0] = row.slice(4).map((time) => parseFloat(time.replace(',', '')));
        expect(p50).toBeGreaterThan(0);
        expect(p99).toBeGreaterThanOrEqual(p50);
        expect(wallTime).toBeGreaterThanOrEqual(p99);
      }
      expect(program.stdout).toContain('120 of 120 requests got the digest');
    });

    it('should print what happens when clients hang up', async () => {
      const program = run('digest-gateway', ['--requests', '2', '--files', '1']);

      expect(await program.ended).toBe(0);
      expect(program.stdout).toMatch(
        /5 clients waited for file-1\.bin \(1 MiB\)\. The first hung up after \d+ KiB of it were read\.\n +The other 4 got 4 correct digests, from 1 run of/,
      );
      expect(program.stdout).toMatch(
        /5 clients waited for file-1\.bin \(1 MiB\), sharing 1 run of the origin\. All hung up\.\n +The read was cancelled at \d+ KiB\./,
      );
    });

    it('should take the files of a folder, empty ones aside, relative to the folder that the user is in', async () => {
      const program = run('digest-gateway', ['--requests', '4', 'files'], { INIT_CWD: place });

      expect(await program.ended).toBe(0);
      expect(program.stdout).toContain('4 requests at once for the SHA-256 of 2 files, 195.3 KiB together.');
      expect(program.stdout).toContain(`The files are in ${folder}\n`);
      expect(program.stdout).toContain('8 of 8 requests got the digest');
      expect(program.stdout).toContain('waited for a.bin (195.3 KiB)');
    });

    it('should take no more files than asked to', async () => {
      const program = run('digest-gateway', ['--requests', '1', '--files', '1', folder]);

      expect(await program.ended).toBe(0);
      expect(program.stdout).toContain('1 request at once for the SHA-256 of 1 file,');
    });

    it('should show its progress in plain lines if there is no terminal', async () => {
      const program = run('digest-gateway', ['--requests', '20', folder]);

      expect(await program.ended).toBe(0);
      const lines = program.stderr.split('\n');
      expect(lines).toContain('not coalesced: 0 of 20 answers, 0 B read');
      expect(lines).toContain(jasmine.stringMatching(/^coalesced: 20 of 20 answers, .* read$/));
      // eslint-disable-next-line no-control-regex
      expect(program.stderr).not.toMatch(/[\r\x1b]/);
    });

    it('should remove its temporary files', async () => {
      const program = run('digest-gateway', ['--requests', '1'], { TMPDIR: place });

      expect(await program.ended).toBe(0);
      expect(await readdir(place)).toEqual(['files']);
    });

    it('should remove its temporary files when interrupted at work', async () => {
      const program = run('digest-gateway', ['--requests', '100000'], { TMPDIR: place });
      await program.until(/not coalesced: 0 of 100,000/);
      expect(await readdir(place)).toContain(jasmine.stringMatching(/^digest-gateway-/));
      program.signal('SIGINT');

      expect(await program.ended).toBe(130);
      expect(await readdir(place)).toEqual(['files']);
    });

    it('should report it, and exit with 1, when not every answer is right', async () => {
      const program = run('digest-gateway', ['--requests', '1000', '--files', '1', folder]);
      await program.until(/not coalesced: 0 of/);
      await rm(join(folder, file.file));

      expect(await program.ended).toBe(1);
      const [, right = ''] = /\n([\d,]+) of 2,000 requests got the digest/.exec(program.stdout) ?? [];
      expect(parseInt(right.replace(',', ''))).toBeLessThan(2_000);
      expect(program.stdout).toContain('The first wrong answer: 404 {"error":"no such file","file":"a.bin"}\n');
      expect(program.stderr).toContain('digest-gateway: a.bin could not be held half read: {"error":"no such file"');
    });

    it('should explain itself', async () => {
      const program = run('digest-gateway', ['--help']);

      expect(await program.ended).toBe(0);
      for (const word of ['npm start -- FOLDER', '--requests N', '--files N', '--serve', '--help']) {
        expect(program.stdout).toContain(word);
      }
      expect(program.stderr).toBe('');
    });

    const mistakes: [string[], string][] = [
      [['--requests', 'many'], "--requests takes a whole number from 1 to 1000000, not 'many'"],
      [['--requests', '0'], "--requests takes a whole number from 1 to 1000000, not '0'"],
      [['--requests', '1.5'], "--requests takes a whole number from 1 to 1000000, not '1.5'"],
      [['--requests', '1000001'], "--requests takes a whole number from 1 to 1000000, not '1000001'"],
      [['--files='], "--files takes a whole number from 1 to 1000000, not ''"],
      [['--files=-1'], "--files takes a whole number from 1 to 1000000, not '-1'"],
      [['--files'], "Option '--files <value>' argument missing"],
      [['--request', '5'], "Unknown option '--request'"],
      [['one', 'two'], 'one folder at most, not 2'],
      [['missing'], 'PLACE/missing: no such folder'],
      [['files/a.bin'], 'PLACE/files/a.bin: not a folder'],
      [['without-files'], 'PLACE/without-files: there is no file in it to take a digest of'],
    ];
    for (const [args, message] of mistakes) {
      it(`should refuse ${args.join(' ')} in one line, with exit code 2`, async () => {
        await mkdir(join(place, 'without-files/folder'), { recursive: true });
        await writeFile(join(place, 'without-files/empty'), '');
        const program = run('digest-gateway', args, { INIT_CWD: place });

        expect(await program.ended).toBe(2);
        expect(program.stderr).toBe(`digest-gateway: ${message.replace('PLACE', place)}\n`);
        expect(program.stdout).toBe('');
      });
    }

    it('should serve until interrupted', async () => {
      const program = run('digest-gateway', ['--requests', '1', '--files', '2', '--serve'], { TMPDIR: place });
      const printed = await program.until(/curl .*'http.*'/);
      const [, url = ''] = /curl .*'(http.*)&client=/.exec(printed) ?? [];
      const { file: name, size, sha256 } = JSON.parse((await ask(new URL(url))).body) as FileDigest;
      const [temporary = ''] = (await readdir(place)).filter((entry) => entry !== 'files');

      const served = await digestsOf(join(place, temporary), [{ file: name, size }]);
      expect(served).toEqual([{ file: name, size, sha256 }]);
      await program.until(/file-1\.bin: one run of the origin for 1 client\n/);

      program.signal('SIGINT');
      expect(await program.ended).toBe(0);
      expect(await readdir(place)).toEqual(['files']);
    });
  });

  describe('progress', () => {
    it('should redraw one line on a terminal, and leave nothing of it', async () => {
      let written = '';
      const out = { isTTY: true, write: (text: string) => (written += text) !== '' };
      expect(
        await withProgress(
          () => 'half done',
          () => Promise.resolve('done'),
          out,
        ),
      ).toBe('done');
      expect(written).toBe('\rhalf done\x1b[K\r\x1b[K');
    });
  });

  it('should compute the same digests as others', () => {
    const digests = files.map(({ file, size, sha256 }) => [file, size, sha256]);
    const text = createHash('sha256').update('digest me').digest('hex');
    expect(digests).toEqual([
      ['a.bin', 200_000, jasmine.any(String)],
      ['b & c.txt', 9, text],
    ]);
  });

  describe('the gateway', () => {
    it('should ask the origin once for a thousand requests that wait at once', () =>
      withServers(folder, { coalesce: true }, async ({ origin, gateway }) => {
        const hold = origin.holdAt('before opening');
        const allWait = callersAre(1_000, gateway, file);
        const sent = burst(gateway.url, [file], 1_000, () => {});
        await allWait;
        hold.release();

        const { answers, right } = await sent;
        expect([answers, right, origin.runs, origin.bytesRead]).toEqual([1_000, 1_000, 1, file.size]);
        expect(gateway.inFlight.size).toBe(0);
      }));

    it('should ask the origin for every request if it does not coalesce', () =>
      withServers(folder, { coalesce: false }, async ({ origin, gateway }) => {
        const { answers, right } = await burst(gateway.url, files, 1_200, () => {});
        expect([answers, right, origin.runs]).toEqual([1_200, 1_200, 1_200]);
        expect(origin.bytesRead).toBe(600 * (200_000 + 9));
      }));

    it('should ask the origin again for a request that comes later', () =>
      withServers(folder, { coalesce: true }, async ({ origin, gateway }) => {
        await ask(digestUrl(gateway.url, file.file));
        await ask(digestUrl(gateway.url, file.file));
        expect(origin.runs).toBe(2);
      }));

    for (const small of [false, true]) {
      it(`should keep a run for the others when the client that started it hangs up (${small ? 'small' : 'large'} file)`, () =>
        withServers(folder, { coalesce: true }, async ({ origin, gateway }) => {
          const scene = await leaderHangsUp(origin, gateway, files[small ? 1 : 0]!);

          expect(scene).toEqual(jasmine.objectContaining({ others: 4, right: 4, runs: 1 }));
          expect(scene.bytesRead).toBeGreaterThan(0);
          expect(scene.bytesRead).toBeLessThan(scene.file.size);
          expect(origin.bytesRead).toBe(scene.file.size);
        }));

      it(`should cancel the origin's read when every client hangs up (${small ? 'small' : 'large'} file)`, () =>
        withServers(folder, { coalesce: true }, async ({ origin, gateway }) => {
          const { clients, runs, read } = await everyoneHangsUp(origin, gateway, files[small ? 1 : 0]!);

          expect([clients, runs, read.outcome]).toEqual([5, 1, 'cancelled']);
          expect(read.bytesRead).toBeGreaterThan(0);
          expect(read.bytesRead).toBeLessThan(read.size);
          expect(origin.bytesRead).toBe(read.bytesRead);
          expect(gateway.inFlight.size).toBe(0);
        }));
    }

    it('should answer 404 to all who waited for a file that vanishes, and try again for the next', () =>
      withServers(folder, { coalesce: true }, async ({ origin, gateway }) => {
        const hold = origin.holdAt('before opening');
        const allWait = callersAre(3, gateway, file);
        const clients = [1, 2, 3].map(() => new Client(gateway.url));
        const answers = clients.map((client) => client.digest(file.file));
        await Promise.all([allWait, hold.reached]);
        await rm(join(folder, file.file));
        hold.release();

        for (const answer of await Promise.all(answers)) {
          expect(answer.status).toBe(404);
          expect(JSON.parse(answer.body)).toEqual({ error: 'no such file', file: file.file });
        }
        expect(origin.runs).toBe(1);

        await writeFile(join(folder, file.file), 'back again');
        const next = await clients[0]!.digest(file.file);
        expect(next.status).toBe(200);
        expect(next.body).toContain(createHash('sha256').update('back again').digest('hex'));
        expect(origin.runs).toBe(2);
        for (const client of clients) client.hangUp();
      }));

    it('should answer 502 if the origin is gone, and go on', () =>
      withServers(folder, { coalesce: true }, async ({ origin, gateway }) => {
        const hold = origin.holdAt('first chunk');
        const answer = ask(digestUrl(gateway.url, file.file));
        await hold.reached;
        await origin.close();

        expect((await answer).status).toBe(502);
        expect((await ask(digestUrl(gateway.url, file.file))).status).toBe(502);
        expect(gateway.inFlight.size).toBe(0);
      }));
  });

  describe('files outside the folder', () => {
    beforeEach(async () => {
      await writeFile(join(place, 'outside.txt'), 'secret');
      await mkdir(join(folder, 'sub'));
      await writeFile(join(folder, 'sub/inside.txt'), 'inside');
      await symlink(join(place, 'outside.txt'), join(folder, 'link.txt'));
      await symlink(place, join(folder, 'way-out'));
      await symlink('../a.bin', join(folder, 'sub/link-within'));
    });

    const outside = [
      '../outside.txt',
      '..%2Foutside.txt',
      '%2e%2e%2foutside.txt',
      '%2E%2E/outside.txt',
      './../outside.txt',
      'sub/../../outside.txt',
      'sub%2F..%2F..%2Foutside.txt',
      '../files/../outside.txt',
      '../missing.txt',
      '..',
      '.',
      '/',
      '',
      '/etc/passwd',
      '%2Fetc%2Fpasswd',
      '//etc/passwd',
      'link.txt',
      'way-out/outside.txt',
      'way-out/files/../outside.txt',
      '..%00',
      'a.bin%00.txt',
    ];
    for (const name of outside) {
      it(`should be refused: ${name || '(no name)'}`, () =>
        withServers(folder, { coalesce: true }, async ({ gateway, origin }) => {
          for (const { url } of [gateway, origin]) {
            const { status, body } = await requestRaw(url, `/digest?file=${name}`);
            expect([status, Object.keys(JSON.parse(body) as object)[0]]).toEqual([400, 'error']);
          }
        }));
    }

    it("should be refused by the machine's own names for them", () =>
      withServers(folder, { coalesce: true }, async ({ gateway }) => {
        for (const name of [join(place, 'outside.txt'), join(folder, 'a.bin'), relative(folder, dirname(place))]) {
          expect((await ask(digestUrl(gateway.url, name))).status).toBe(400);
        }
      }));

    for (const path of [
      '/',
      '/digest',
      '/digest/../../outside.txt',
      '/outside.txt?file=a.bin',
      '//',
      '/digest?fil=a.bin',
    ]) {
      it(`should not be found by another request: ${path}`, () =>
        withServers(folder, { coalesce: true }, async ({ gateway }) => {
          expect((await requestRaw(gateway.url, path)).status).toBe(400);
        }));
    }

    it('should not treat a POST as a request for a digest', () =>
      withServers(folder, { coalesce: true }, async ({ gateway }) => {
        expect((await requestRaw(gateway.url, '/digest?file=a.bin', 'POST')).status).toBe(400);
      }));

    it('should not keep files inside from being served', () =>
      withServers(folder, { coalesce: true }, async ({ gateway }) => {
        const statuses = new Map<string, number>();
        for (const name of [
          'sub/inside.txt',
          'sub/../a.bin',
          'sub/link-within',
          'b & c.txt',
          'sub',
          'missing',
          'a.bin/b',
        ]) {
          statuses.set(name, (await ask(digestUrl(gateway.url, name))).status);
        }
        expect(Object.fromEntries(statuses)).toEqual({
          'sub/inside.txt': 200,
          'sub/../a.bin': 200,
          'sub/link-within': 200,
          'b & c.txt': 200,
          sub: 404,
          missing: 404,
          'a.bin/b': 404,
        });
      }));
  });
});

function rowOf(output: string, name: string): string[] {
  const line = output.split('\n').find((row) => row.startsWith(`${name} `)) ?? '';
  return line.slice(name.length).trim().split(/ {2,}/);
}

/** As it stands: `URL` would mend some paths. */
async function requestRaw({ port }: URL, path: string, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, method }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode!, body }));
    })
      .on('error', reject)
      .end();
  });
}
