import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultCacheDir } from '../../infra/local/default-folders.ts';
import { provisionServer } from '../../infra/local/provision/provision-server.ts';
import { SERVERS } from '../../infra/local/servers/servers.ts';
import type { ServerName } from '../../infra/local/servers/server-definition.ts';
import { packageRoot } from '../../platform/package-root.ts';
import { run, type ClusterTool } from './cluster-tool.ts';

export interface Image {
  /** As a pod names it. */
  readonly name: string;
  /** As a container runtime loads it. */
  readonly tar: string;
}

/** As the image of infra/images/Dockerfile starts. */
const ENTRYPOINT = '/usr/local/bin/node --no-warnings /app/dist/apps/cli/main.js';

/** The application's image, and those of the servers under the names that the chart has for them. Nothing is pulled: the very same files are packed. */
export async function makeImages({ folder: tool }: ClusterTool, folder: string): Promise<Image[]> {
  const mkimage = join(tool, 'mkimage.py');
  const app = join(folder, 'app');
  await run(join(packageRoot(), 'infra/images/stage'), [app]);
  const own: Image = { name: 'h2g-flow:0.1.0', tar: join(folder, 'h2g-flow.tar') };
  await run('python3', [mkimage, '--node', app, own.name, own.tar, '--entrypoint', ENTRYPOINT]);
  const values = await readFile(join(packageRoot(), 'infra/helm/h2g-flow/values.yaml'), 'utf8');
  const servers: Image[] = [];
  for (const server of ['temporal', 'nats', 'versitygw'] as const) {
    const name = imageIn(values, server);
    const tar = join(folder, `${server}.tar`);
    await run('python3', [
      mkimage,
      await rootOf(server, folder),
      name,
      tar,
      '--entrypoint',
      `/bin/${SERVERS[server].fileName}`,
    ]);
    servers.push({ name, tar });
  }
  return [own, ...servers];
}

/** The image that the chart's values name for a server, by the last part of its repository. */
function imageIn(values: string, server: string): string {
  const found = new RegExp(`image: ((?:\\S+/)?${server}:\\S+)`).exec(values)?.[1];
  if (found === undefined) throw new Error(`values.yaml names no image of ${server}`);
  return found;
}

async function rootOf(server: ServerName, folder: string): Promise<string> {
  const { fileName } = SERVERS[server];
  const options = { cacheDir: defaultCacheDir(process.env), env: process.env, onProgress: () => undefined };
  const root = join(folder, `${server}-root`);
  await rm(root, { recursive: true, force: true });
  await mkdir(join(root, 'bin'), { recursive: true });
  await mkdir(join(root, 'tmp'));
  await copyFile(await provisionServer(server, options), join(root, 'bin', fileName));
  return root;
}
