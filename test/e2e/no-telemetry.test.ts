import { mkdir, readdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { h2g } from './h2g.ts';
import { newHome } from './home.ts';

/** onnxruntime's telemetry keeps what it is going to send in the cache folder and logs into the temporary one. */
it('no process of ours lets onnxruntime report its use', async () => {
  const cache = process.env['H2G_CACHE'];
  await using home = await newHome({ ORT_DISABLE_TELEMETRY: '0' });
  const watched = { XDG_CACHE_HOME: home.path('cache'), TMPDIR: home.path('tmp'), HOME: home.path('user') };
  for (const folder of Object.values(watched)) await mkdir(folder);
  const { defaultCacheDir } = await import('../../infra/local/default-folders.ts');
  const env = { ...home.env, ...watched, H2G_CACHE: cache ?? defaultCacheDir(process.env) };

  expect((await h2g(['bundle', 'check', 'models/baseline'], env)).exitCode).toBe(0);
  const demo = await h2g(['demo', '--out', home.path('demo')], env);
  expect(demo.exitCode, demo.stderr).toBe(0);

  const entries = async (folder: string): Promise<string[]> => readdir(folder, { recursive: true });
  const left = (await Promise.all(Object.values(watched).map(entries))).flat();
  expect(left.filter((path) => /Microsoft|onnxruntime|mat-debug/i.test(path))).toEqual([]);
});
