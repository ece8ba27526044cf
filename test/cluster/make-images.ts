import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { defaultCacheDir } from '../../infra/local/default-folders.ts';
import { provisionServer } from '../../infra/local/provision/provision-server.ts';
import { SERVERS } from '../../infra/local/servers/servers.ts';
import type { ServerName } from '../../infra/local/servers/server-definition.ts';
import { packageRoot } from '../../platform/package-root.ts';
import { run, type ClusterTool } from './cluster-tool.ts';
import { findKeda } from './keda.ts';

export interface Image {
  /** As a pod names it. */
  readonly name: string;
  /** As a container runtime loads it. */
  readonly tar: string;
}

/** As the image of infra/images/Dockerfile starts. */
const ENTRYPOINT = '/usr/local/bin/node --no-warnings /app/dist/apps/cli/main.js';

/**
 * The application's image, those of the servers under the names that the chart has for them, and KEDA's under its manifests' names where there is KEDA.
 * Nothing is pulled: the very same files are packed.
 */
export async function makeImages({ folder: tool }: ClusterTool, folder: string): Promise<Image[]> {
  const mkimage = join(tool, 'mkimage.py');
  const app = join(folder, 'app');
  await run(join(packageRoot(), 'infra/images/stage'), [app]);
  const own: Image = { name: 'h2g-flow:0.1.0', tar: join(folder, 'h2g-flow.tar') };
  await run('python3', [mkimage, '--node', app, own.name, own.tar, '--entrypoint', ENTRYPOINT]);
  const values = await readFile(join(packageRoot(), 'infra/helm/h2g-flow/values.yaml'), 'utf8');
  const images = [own];
  for (const server of ['temporal', 'nats', 'versitygw'] as const) {
    const path = `bin/${SERVERS[server].fileName}`;
    images.push(
      await packProgram(mkimage, folder, { image: imageIn(values, server), path, file: await provisioned(server) }),
    );
  }
  for (const program of findKeda(process.env)?.programs ?? []) images.push(await packProgram(mkimage, folder, program));
  return images;
}

/** An image of one program that needs nothing else, started as `/path`. */
async function packProgram(
  mkimage: string,
  folder: string,
  { image, path, file }: { image: string; path: string; file: string },
): Promise<Image> {
  const root = join(folder, basename(file));
  const tar = `${root}.tar`;
  await mkdir(join(root, 'tmp'), { recursive: true });
  await mkdir(dirname(join(root, path)), { recursive: true });
  await copyFile(file, join(root, path));
  await run('python3', [mkimage, root, image, tar, '--entrypoint', `/${path}`]);
  return { name: image, tar };
}

/** The image that the chart's values name for a server, by the last part of its repository. */
function imageIn(values: string, server: string): string {
  const found = new RegExp(`image: ((?:\\S+/)?${server}:\\S+)`).exec(values)?.[1];
  if (found === undefined) throw new Error(`values.yaml names no image of ${server}`);
  return found;
}

const provisioned = (server: ServerName): Promise<string> =>
  provisionServer(server, { cacheDir: defaultCacheDir(process.env), env: process.env, onProgress: () => undefined });
