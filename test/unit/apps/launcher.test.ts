import { spawn } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';

const LAUNCHER = join(import.meta.dirname, '../../../h2g');
const FOLDERS = [
  'domain',
  'slides',
  'models',
  'results',
  'platform',
  'workflows',
  'activities',
  'workers',
  'apps',
  'infra',
];

/** Stands for npm: writes down what it was asked, and makes what the real one would make. */
const NPM = `#!/bin/sh
echo "$1" >>"$H2G_TEST_CLONE/npm.log"
sleep 0.1
case $* in
  *ci*) mkdir -p node_modules && : >node_modules/.package-lock.json ;;
  *build*)
    [ ! -f "$H2G_TEST_CLONE/broken" ] || exit 1
    mkdir -p dist/apps/cli
    echo 'console.log(JSON.stringify({ args: process.argv.slice(2), as: process.env.H2G_LAUNCHED_AS }))' >dist/apps/cli/main.js ;;
esac
echo "npm speaks on stdout"
`;

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Clone {
  readonly root: string;
  readonly launcher: string;
  launch(args?: readonly string[], options?: { program?: string; path?: string }): Promise<Ended>;
  npmCalls(): Promise<string[]>;
}

/** The launcher alone in a folder like a clone, with spaces in its name. */
async function makeClone(): Promise<Clone> {
  const folder = await mkdtemp(join(tmpdir(), 'h2g launcher ä '));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const root = join(folder, 'a clone');
  const bin = join(folder, 'bin');
  for (const name of [...FOLDERS.map((part) => join(root, part)), bin]) await mkdir(name, { recursive: true });
  for (const name of [
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'domain/a.ts',
    'domain/b.ts',
  ])
    await writeFile(join(root, name), '{ "type": "commonjs" }');
  const launcher = join(root, 'h2g');
  await copyFile(LAUNCHER, launcher);
  await writeFile(join(bin, 'npm'), NPM);
  await chmod(join(bin, 'npm'), 0o755);
  const launch: Clone['launch'] = (args = [], { program = launcher, path = '' } = {}) =>
    new Promise((resolve, reject) => {
      const PATH = `${path}${path && ':'}${bin}:${dirname(process.execPath)}:/usr/bin:/bin`;
      const env = { PATH, H2G_TEST_CLONE: root };
      const child = spawn(program, args, { cwd: tmpdir(), env });
      const said = { stdout: '', stderr: '' };
      child.stdout.on('data', (data: Buffer) => (said.stdout += data.toString()));
      child.stderr.on('data', (data: Buffer) => (said.stderr += data.toString()));
      child.on('error', reject);
      child.on('close', (exitCode) => resolve({ exitCode, ...said }));
    });
  const npmCalls = async (): Promise<string[]> => {
    const log = await readFile(join(root, 'npm.log'), 'utf8').catch(() => '');
    return log.split('\n').filter(Boolean);
  };
  return { root, launcher, launch, npmCalls };
}

/** As if the file had been written some seconds from now; file systems count time in steps. */
async function touchLater(path: string): Promise<void> {
  const later = new Date(Date.now() + 5_000);
  await utimes(path, later, later);
}

describe('./h2g', () => {
  let clone: Clone;
  beforeEach(async () => {
    clone = await makeClone();
  });

  it('installs and builds the first time, saying so on stderr, and hands over every argument as it is', async () => {
    const args = ['run', 'a slide 😀.svs', '', '--json'];
    const { exitCode, stdout, stderr } = await clone.launch(args);
    expect(exitCode, stderr).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ args, as: clone.launcher });
    expect(stderr).toMatch(/installing[\s\S]*building/);
    expect(await clone.npmCalls()).toEqual(['ci', 'run']);
  });

  it('does nothing of that the second time', async () => {
    await clone.launch();
    const { stderr } = await clone.launch();
    expect(stderr).toBe('');
    expect(await clone.npmCalls()).toEqual(['ci', 'run']);
  });

  it.each([
    ['a source has changed', (root: string) => touchLater(join(root, 'domain/a.ts'))],
    ['the configuration of the build has changed', (root: string) => touchLater(join(root, 'tsconfig.json'))],
    [
      'a source was taken away',
      async (root: string) => {
        await rm(join(root, 'domain/b.ts'));
        await touchLater(join(root, 'domain'));
      },
    ],
  ])('builds again, and only that, when %s', async (_, change) => {
    await clone.launch();
    await change(clone.root);
    expect((await clone.launch()).exitCode).toBe(0);
    expect(await clone.npmCalls()).toEqual(['ci', 'run', 'run']);
  });

  it('installs again when the lock file is newer', async () => {
    await clone.launch();
    await touchLater(join(clone.root, 'package-lock.json'));
    await clone.launch();
    expect((await clone.npmCalls()).filter((call) => call === 'ci')).toHaveLength(2);
  });

  it('works through links, relative and absolute', async () => {
    const folder = dirname(clone.root);
    await symlink('a clone/h2g', join(folder, 'relative'));
    await symlink(join(folder, 'relative'), join(folder, 'absolute link'));
    const { exitCode, stdout } = await clone.launch(['x'], { program: join(folder, 'absolute link') });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ args: ['x'] });
  });

  it('two at once build once, and both go on', async () => {
    const both = await Promise.all([clone.launch(['1']), clone.launch(['2'])]);
    expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(await clone.npmCalls()).toEqual(['ci', 'run']);
  });

  it('takes over from one that died while it built', async () => {
    await mkdir(join(clone.root, '.h2g'));
    // Above the largest process id of Linux.
    await symlink('pid-99999999', join(clone.root, '.h2g/launcher.lock'));
    expect((await clone.launch()).exitCode).toBe(0);
  });

  it('a build that fails ends with 3 and is tried again the next time', async () => {
    await writeFile(join(clone.root, 'broken'), '');
    expect(await clone.launch()).toMatchObject({
      exitCode: 3,
      stdout: '',
      stderr: expect.stringContaining('build failed'),
    });
    await rm(join(clone.root, 'broken'));
    expect((await clone.launch()).exitCode).toBe(0);
  });

  it.each(['v18.20.1', 'v20.19.5', 'none'])('says what is needed where Node is %s', async (version) => {
    const bin = join(dirname(clone.root), 'old');
    await mkdir(bin);
    await writeFile(join(bin, 'node'), version === 'none' ? '#!/bin/sh\nexit 127\n' : `#!/bin/sh\necho ${version}\n`);
    await chmod(join(bin, 'node'), 0o755);
    const { exitCode, stderr } = await clone.launch([], { path: bin });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/20\.20 or newer/);
    expect(await clone.npmCalls()).toEqual([]);
  });

  it.each(['v20.20.0', 'v21.0.0', 'v26.1.0'])('goes on where Node is %s', async (version) => {
    const bin = join(dirname(clone.root), 'other');
    await mkdir(bin);
    const script = `#!/bin/sh\n[ "$1" = --version ] && { echo ${version}; exit; }\nexec '${process.execPath}' "$@"\n`;
    await writeFile(join(bin, 'node'), script);
    await chmod(join(bin, 'node'), 0o755);
    expect((await clone.launch([], { path: bin })).exitCode).toBe(0);
  });
});
