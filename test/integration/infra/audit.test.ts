import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { packageManifest, packageRoot } from '../../../platform/package-root.ts';

/** What a registry answers to `npm audit` (npm's bulk advisories). */
type Advisories = Record<string, { severity: string; vulnerable_versions: string }[]>;

describe('the dependency audit of .ci/run, by npm itself', () => {
  let registry: Server | undefined;
  afterEach(() => void registry?.close());

  /** A registry that knows these advisories, and no packages; without them, one that does not audit. */
  async function startRegistry(advisories?: Advisories): Promise<string> {
    registry = createServer((request, response) => {
      if (request.method !== 'POST' || advisories === undefined)
        return response.writeHead(request.method === 'POST' ? 405 : 404).end();
      const named = Object.entries(advisories).map(([name, list]) => [
        name,
        list.map((advisory, id) => ({ id: id + 1, url: 'https://advisories.test/1', title: 'it is bad', ...advisory })),
      ]);
      return response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify(Object.fromEntries(named)));
    });
    await new Promise<void>((resolve) => registry?.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`;
  }

  const audit = (url: string): Promise<{ code: number; text: string }> =>
    new Promise((resolve) => {
      const env = {
        ...process.env,
        npm_config_registry: url,
        npm_config_fetch_retries: '0',
        npm_config_cache: join(packageRoot(), '.h2g/npm'),
      };
      execFile(process.execPath, ['.ci/audit.mjs'], { cwd: packageRoot(), env }, (error, stdout) =>
        resolve({ code: error === null ? 0 : Number(error.code), text: stdout }),
      );
    });

  it('passes where nothing is known', async () => {
    expect(await audit(await startRegistry({}))).toEqual({
      code: 0,
      text: '0 vulnerable packages, 0 of them high or critical\n',
    });
  });

  it('fails for what is high or critical, and names it', async () => {
    const version = packageManifest().dependencies['zod'] ?? '';
    const answer = await audit(await startRegistry({ zod: [{ severity: 'high', vulnerable_versions: version }] }));
    expect(answer).toMatchObject({ code: 1, text: expect.stringContaining('high: zod') });
    expect(answer.text).toContain('it is bad (https://advisories.test/1)');
  });

  it('lets pass what is moderate, or in what only developers use', async () => {
    const answer = await audit(
      await startRegistry({
        zod: [{ severity: 'moderate', vulnerable_versions: '*' }],
        vitest: [{ severity: 'critical', vulnerable_versions: '*' }],
      }),
    );
    expect(answer).toMatchObject({ code: 0, text: expect.stringContaining('0 of them high or critical') });
  });

  it('says that nobody could be asked, which is no failure', async () => {
    const mute = await audit(await startRegistry());
    expect(mute).toMatchObject({ code: 2, text: expect.stringContaining('405') });
    const gone = await audit('http://127.0.0.1:9/');
    expect(gone).toMatchObject({ code: 2, text: expect.stringMatching(/no audit: \w/) });
  });
});
