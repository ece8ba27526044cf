import { type ChildProcess, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import { H2gError } from '../../../domain/error.ts';
import type { ProvisionTask } from './provision-server.ts';

const REPORT_EVERY_MS = 1_000;
/** The person's other work comes first. */
const NICENESS = 10;

interface Place {
  readonly go: string;
  readonly folder: string;
}

/** @returns undefined, or what went wrong with Go's last lines */
export async function runGo(
  args: readonly string[],
  { go, folder }: Place,
  task: ProvisionTask,
): Promise<string | undefined> {
  const child = spawn(go, args, {
    cwd: folder,
    env: goEnvironment(folder, task),
    stdio: ['ignore', 'ignore', 'pipe'],
    signal: task.signal,
  });
  const exited = exitCode(child);
  lowerPriority(child);
  const output = watchOutput(child, args[0] === 'get' ? 'resolving its modules' : 'compiling');
  const beat = setInterval(() => task.report({ phase: 'building', detail: output.detail() }), REPORT_EVERY_MS);
  const code = await exited.finally(() => clearInterval(beat));
  task.signal.throwIfAborted();
  if (code === 0) return undefined;
  const lastLines = output.lastLines.join('\n  ');
  if (/no space left on device/.test(lastLines)) throw noSpace(task, lastLines);
  return `go ${args.join(' ')} failed:\n  ${lastLines}`;
}

/** Everything of the person's own Go settings (GOPROXY, GOFLAGS, GOPRIVATE …) holds; a workspace around the cache folder does not. */
function goEnvironment(folder: string, { env, target }: ProvisionTask): NodeJS.ProcessEnv {
  const homeless = env['HOME'] === undefined && process.platform !== 'win32';
  const goHome = join(dirname(dirname(target)), 'go');
  return {
    ...(homeless ? { GOPATH: goHome, GOCACHE: join(goHome, 'cache') } : {}),
    ...env,
    GO111MODULE: 'on',
    GOWORK: 'off',
    GOBIN: folder,
    CGO_ENABLED: '0',
  };
}

const exitCode = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve, reject) => {
    child.once('close', resolve);
    child.once('error', (error) => (error.name === 'AbortError' ? undefined : reject(error)));
  });

function lowerPriority({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, NICENESS);
  } catch {
    // Some sandboxes forbid it; the build is only less polite then.
  }
}

/** With `-v` Go names each package it compiles, and it always names what it downloads. */
function watchOutput(child: ChildProcess, doing: string) {
  const lastLines: string[] = [];
  const counts = { modules: 0, packages: 0 };
  if (child.stderr) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      lastLines.push(line);
      if (lastLines.length > 8) lastLines.shift();
      if (line.startsWith('go: downloading')) counts.modules += 1;
      else if (!line.startsWith('go: ')) counts.packages += 1;
    });
  }
  const detail = (): string => `${doing}: ${counts.modules} modules fetched, ${counts.packages} packages compiled`;
  return { lastLines, detail };
}

const noSpace = ({ definition }: ProvisionTask, lastLines: string): H2gError =>
  new H2gError({
    code: 'disk-full',
    message: `no space left while building ${definition.name}:\n  ${lastLines}`,
    hint: 'Free some disk space (building needs about 5 GB for Go’s caches), or set GOCACHE, GOMODCACHE and TMPDIR to a larger disk.',
  });
