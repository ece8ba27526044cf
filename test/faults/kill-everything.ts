import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { paintSyntheticSlide } from '../../slides/synthetic/paint-synthetic-slide.ts';
import { h2g, resultBytes, startH2g } from '../e2e/h2g.ts';
import { writeSlowBundle } from '../fixtures/slow-bundle.ts';
import { batchKey } from './journal.ts';
import { killStack } from './kill-stack.ts';
import { createRandom } from './random.ts';
import { readStoredScores } from './read-stored-scores.ts';
import { readScored } from './read-scored.ts';

export interface KillReport {
  /** After the start of the command. */
  readonly killedAfterMs: number;
  readonly processes: number;
  /** Batches whose scores were stored by then. */
  readonly stored: number;
  /** Batches that were computed after it. */
  readonly computedAfter: number;
  /** From the same command again to its end. */
  readonly againSeconds: number;
  /** Empty: all is well. */
  readonly problems: readonly string[];
}

export interface KillPlan {
  /** Takes slide, bundle, home and results. */
  readonly folder: string;
  readonly howOften: number;
  readonly seed: number;
  readonly onKill: (report: KillReport) => void;
}

/** Of the time that the undisturbed command takes: when it may be killed. */
const MOMENTS = [0.02, 0.98] as const;

/**
 * One run on a local stack of its own, again and again: at a random moment the command, the supervisor, all workers and all servers are
 * SIGKILLed at once, and the same command follows. @throws Error where even the undisturbed run fails
 */
export async function killEverything({ folder, howOften, seed, onKill }: KillPlan): Promise<KillReport[]> {
  const home = join(folder, 'home');
  const env = { H2G_HOME: home, H2G_LOG_LEVEL: 'debug', H2G_LOCAL_STORE: 'minio' };
  const slide = join(folder, 'slide.tif');
  const bundle = await writeSlowBundle(join(folder, 'slow-bundle'));
  await paintSyntheticSlide({ path: slide, widthPx: 6000, heightPx: 5000, mpp: 0.5, seed: 3 });
  const command = (out: string): string[] => ['run', slide, '--bundle', bundle, '--out', join(folder, out), '--json'];
  const filesOf = (out: string): Promise<Record<string, Buffer>> => resultBytes(join(folder, out, 'slide'));
  try {
    const started = performance.now();
    const calm = await h2g(command('undisturbed'), env);
    const wholeMs = performance.now() - started;
    if (calm.exitCode !== 0) throw new Error(calm.stderr);
    const { runId } = calm.report();
    const undisturbed = await filesOf('undisturbed');
    const random = createRandom(seed);
    const reports: KillReport[] = [];
    for (let i = 1; i <= howOften; i++) {
      const out = `killed-${i}`;
      const killedAfterMs = random.between(...MOMENTS) * wholeMs;
      const killed = await killOnce({ home, env, runId, command: command(out), killedAfterMs });
      const files = killed.problems.length === 0 ? await filesOf(out) : {};
      const differing = Object.keys(undisturbed).filter(
        (name) => files[name]?.equals(undisturbed[name] ?? Buffer.of()) !== true,
      );
      const problems = killed.problems.length > 0 ? killed.problems : differing.map((name) => `${name} differs`);
      const report = { ...killed, problems };
      reports.push(report);
      onKill(report);
    }
    return reports;
  } finally {
    await h2g(['down'], env);
  }
}

interface Kill {
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  readonly runId: string;
  readonly command: readonly string[];
  readonly killedAfterMs: number;
}

async function killOnce({ home, env, runId, command, killedAfterMs }: Kill): Promise<KillReport> {
  const beganMs = Date.now();
  const first = startH2g([...command, '--again'], env);
  await delay(killedAfterMs);
  first.child.kill('SIGKILL');
  const processes = 1 + (await killStack(home));
  await first.ended;
  const killedMs = Date.now();
  const stored = await readStoredScores(join(home, 'nats'), runId);

  const started = performance.now();
  const again = await h2g(command, env);
  const againSeconds = (performance.now() - started) / 1000;
  const scored = (await readScored(home)).filter(({ key, atMs }) => atMs > beganMs && key.startsWith(`${runId}/`));
  const before = scored.filter(({ atMs }) => atMs <= killedMs).map(({ key }) => key);
  const after = scored.filter(({ atMs }) => atMs > killedMs).map(({ key }) => key);
  // Once the heatmap is stored the stream is purged: what was scored by then is in the heatmap.
  const kept = new Set([...before, ...[...stored].map((batch) => batchKey(runId, batch))]);
  const problems = after.filter((key) => kept.has(key)).map((key) => `batch ${key} was stored and computed again`);
  if (again.exitCode !== 0) problems.push(`the same command ended with ${again.exitCode}: ${again.stderr}`);
  return { killedAfterMs, processes, stored: kept.size, computedAfter: after.length, againSeconds, problems };
}
