import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { RemoteServers } from '../../../platform/server-settings.ts';
import { realServer } from '../../real-servers.ts';
import { environmentOf } from '../environment-of.ts';
import { WorkerEvents, type WorkerEvent } from './worker-events.ts';

export interface LatencyStack extends AsyncDisposable {
  readonly servers: RemoteServers;
  /** What the workers log, as it comes. */
  readonly events: WorkerEvents;
}

const MAIN = fileURLToPath(new URL('../../../apps/cli/main.js', import.meta.url));
const GRACE_MS = 20_000;
/** Detectors have machines of their own elsewhere: here they are to leave the cores to whoever else wants them. */
const DETECTOR_NICENESS = 10;

/** The three real servers, an orchestrator, and detectors of one thread each that serve the bundle. */
export async function startLatencyStack({
  bundleDir,
  detectors,
}: {
  bundleDir: string;
  detectors: number;
}): Promise<LatencyStack> {
  const [temporal, nats, s3] = await Promise.all([realServer('temporal'), realServer('nats'), realServer('minio')]);
  const servers: RemoteServers = {
    temporal: { address: temporal.address.grpc, namespace: temporal.address.namespace },
    natsUrl: nats.address.url,
    s3: s3.address,
  };
  const events = new WorkerEvents();
  const env = {
    ...process.env,
    ...environmentOf(servers),
    H2G_BUNDLES: bundleDir,
    H2G_DETECTOR_THREADS: '1',
    H2G_LOG_LEVEL: 'debug',
  };
  const start = (role: string): ChildProcess => {
    const child = spawn(process.execPath, ['--no-warnings', MAIN, 'worker', role], {
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    if (role === 'detector' && child.pid !== undefined) setPriority(child.pid, DETECTOR_NICENESS);
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{')) events.hear(JSON.parse(line) as WorkerEvent);
    });
    return child;
  };
  const workers = ['orchestrator', ...Array<string>(detectors).fill('detector')].map(start);
  await events.until('workers that are ready', () => events.count('Worker:Ready') === workers.length);
  return {
    servers,
    events,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(workers.map(stopWorker));
      await Promise.all([temporal.stop(), nats.stop(), s3.stop()]);
    },
  };
}

async function stopWorker(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  await gone;
  clearTimeout(killer);
}
