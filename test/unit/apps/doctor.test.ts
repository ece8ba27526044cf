import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { bundleCheckLines } from '../../../apps/cli/bundle/check-bundle-folder.ts';
import { checkFolder } from '../../../apps/cli/doctor/check-folders.ts';
import { stackFindings } from '../../../apps/cli/doctor/check-local-servers.ts';
import { isNodeUsable } from '../../../apps/cli/doctor/check-machine.ts';
import { providerFindings } from '../../../apps/cli/doctor/check-providers.ts';
import { runDoctor } from '../../../apps/cli/doctor/run-doctor.ts';
import { packageRoot } from '../../../platform/package-root.ts';
import { fakeOutput } from './fake-output.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe('doctor', () => {
  it.each([
    ['20.20.0', true],
    ['20.19.9', false],
    ['18.99.0', false],
    ['21.0.0', true],
    ['26.1.0', true],
  ])('Node %s is usable: %s', (version, usable) => {
    expect(isNodeUsable(version)).toBe(usable);
  });

  it('a provider that was asked for and does not work is a warning, and a fault where none does', () => {
    const trials = [
      { provider: 'cuda', trouble: 'no libcudart' },
      { provider: 'cpu', trouble: undefined },
    ] as const;
    expect(providerFindings(trials, ['cpu'])).toMatchObject([{ verdict: 'ok' }]);
    expect(providerFindings(trials, ['cuda', 'cpu'])).toMatchObject([
      { verdict: 'ok', detail: expect.stringContaining('cpu is used') },
      { verdict: 'warn', check: 'provider cuda', detail: 'no libcudart' },
    ]);
    expect(providerFindings(trials, ['cuda'])[0]).toMatchObject({
      verdict: 'fail',
      advice: expect.stringContaining('cpu'),
    });
  });

  it('tries providers without a word of the libraries that they miss', async () => {
    const script = `
      import { checkProviders } from './apps/cli/doctor/check-providers.ts';
      process.stdout.write(JSON.stringify(await checkProviders({ env: {}, signal: AbortSignal.timeout(60_000) })));`;
    const args = ['--import', 'tsx', '--input-type=module', '-e', script];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: packageRoot() });
    expect(stderr).not.toContain('Vulkan');
    expect(JSON.parse(stdout)).toMatchObject([{ verdict: 'ok', detail: expect.stringContaining('cpu is used') }]);
  });

  it('tries whether a folder could be made, and leaves nothing behind', async () => {
    const above = await temporaryFolder();
    const folder = join(above, 'home');
    expect(await checkFolder('home', folder, 'H2G_HOME')).toMatchObject({ detail: expect.stringContaining(folder) });
    expect(await readdir(above)).toEqual([]);
  });

  it('says which variable moves a folder that cannot be written', async () => {
    const folder = join(await temporaryFolder({ file: '' }), 'file', 'home');
    expect(await checkFolder('home', folder, 'H2G_HOME')).toMatchObject({
      verdict: 'fail',
      advice: expect.stringContaining('H2G_HOME'),
    });
    expect(existsSync(folder)).toBe(false);
  });

  it('tells of servers that do not come up', () => {
    const status = {
      standing: true,
      leases: 0,
      supervisorPid: 1,
      store: 'minio',
      addresses: {
        temporal: 't',
        temporalUi: 'ui',
        nats: 'n',
        s3: { endpoint: 'e', region: 'r', bucket: 'b', accessKey: 'a', secretKey: 's' },
      },
      processes: [
        { name: 'nats', state: 'ready', restarts: 0 },
        {
          name: 'detector',
          state: 'waiting',
          restarts: 4,
          lastError: { code: 'disk-full', message: 'No room.', hint: 'Free some.' },
        },
      ],
      logsDir: '/logs',
    } as const;
    expect(stackFindings({ ...status, processes: [...status.processes] })).toEqual([
      { verdict: 'ok', check: 'local stack', detail: expect.stringContaining('standing') },
      { verdict: 'fail', check: 'local detector', detail: 'waiting: No room.', advice: 'Free some.' },
    ]);
    expect(stackFindings(undefined)).toMatchObject([{ verdict: 'ok' }]);
  });

  it('goes on after a check that cannot be made, and ends with 3', async () => {
    const home = await temporaryFolder();
    const env = { H2G_HOME: join(home, 'h'), H2G_CACHE: join(home, 'c'), H2G_NATS_URL: 'not a url' };
    const context = { env, args: [], folder: home, output: fakeOutput(), signal: new AbortController().signal };
    const answer = await runDoctor(context);
    expect(answer.exitCode).toBe(3);
    expect(answer.lines.join('\n')).toMatch(/ok {4}node[\s\S]*FAIL {2}servers: .*H2G_NATS_URL/);
  });
});

describe('bundle check', () => {
  it('says in words what is wrong and what to do', () => {
    const error = { code: 'bundle-invalid', message: 'Wrong SHA-256.', hint: 'Copy it again.' } as const;
    const findings = [
      { ok: true, check: 'bundle.json', message: 'x 1.0' },
      { ok: false, check: 'detection file', message: error.message, error },
    ] as const;
    expect(bundleCheckLines('/b', { ok: false, bundle: undefined, findings, graphs: [] })).toEqual([
      '/b: NOT SOUND',
      '  ok    bundle.json: x 1.0',
      '  FAIL  detection file: Wrong SHA-256.',
      '        Copy it again.',
    ]);
  });
});
