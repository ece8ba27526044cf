import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** A program that brings a real cluster up on this machine and works on it; H2G_CLUSTER_TOOL is its folder. */
export interface ClusterTool {
  readonly folder: string;
  /** Undefined where all is there. */
  readonly missing: string | undefined;
}

export function findClusterTool(env: NodeJS.ProcessEnv): ClusterTool {
  const folder = resolve(env['H2G_CLUSTER_TOOL'] ?? '../shared/k8s');
  return { folder, missing: whatIsMissing(folder, clusterCache(env)) };
}

/** Where the tool keeps what it built. */
export const clusterCache = (env: NodeJS.ProcessEnv): string =>
  env['H2G_K8S_CACHE'] ?? join(homedir(), '.cache', 'h2g-k8s');

function whatIsMissing(folder: string, cache: string): string | undefined {
  if (process.getuid?.() !== 0) return 'namespaces need root';
  if (!existsSync(join(folder, 'cluster.sh'))) return `there is no cluster.sh in ${folder}`;
  if (!existsSync(join(cache, 'bin', 'kubelet'))) return `the cluster's binaries are not in ${cache}`;
  return undefined;
}

/** Runs a program to its end. @throws Error with its last words where it fails */
export function run(file: string, args: readonly string[], { cwd }: { cwd?: string } = {}): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn(file, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    child.on('error', fail);
    child.on('close', (code) => {
      if (code === 0) return done(stdout);
      const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-LAST_WORDS).join('\n');
      fail(new Error(`${file} ${args.join(' ')} failed (${code}):\n${said}`));
    });
  });
}

const LAST_WORDS = 15;
