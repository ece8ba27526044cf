import { setTimeout as delay } from 'node:timers/promises';
import type { ErrorFacts } from '../../domain/error.ts';
import { findRecomputed, type Outage, type Recomputed } from './account-batches.ts';
import { checkQueue, checkRun, type ResultDigests } from './check-results.ts';
import { measureRecovery, type Recovery } from './measure-recovery.ts';
import type { TestRun } from './place-inputs.ts';
import { createRandom } from './random.ts';
import { strikeFaults, type Struck } from './strike-faults.ts';
import { track, TrackedRun } from './tracked-run.ts';
import type { World } from './world.ts';

export interface SeedPlan {
  readonly seed: number;
  readonly world: World;
  readonly tests: readonly TestRun[];
  /** By run id. */
  readonly undisturbed: Readonly<Record<string, ResultDigests>>;
  readonly faults: number;
  /** Whoever has not ended by then waits for ever. */
  readonly deadlineMs: number;
  /** Runs that this world has seen before start anew. */
  readonly again: boolean;
  readonly note: (line: string) => void;
}

export interface StruckFault extends Omit<Struck, 'reach'>, Recovery {
  /** Batches that were computed once more because of it. */
  readonly recomputed: number;
}

export interface SeedReport {
  readonly seed: number;
  readonly seconds: number;
  readonly batches: number;
  readonly computations: number;
  readonly recomputed: readonly Recomputed[];
  readonly faults: readonly StruckFault[];
  /** Runs that a full disk had ended, and that were asked for again. */
  readonly askedAgain: readonly string[];
  readonly workerStarts: number;
  /** Empty: all is well. */
  readonly problems: readonly string[];
}

const START_GAP_MS = 1_500;

/** Runs all slides at once, strikes faults meanwhile, and looks whether anything of what is promised was broken. */
export async function runSeed(plan: SeedPlan): Promise<SeedReport> {
  const { seed, world, note } = plan;
  const startedMs = Date.now();
  const over = new AbortController();
  const { signal } = over;
  const deadline = setTimeout(() => over.abort(), plan.deadlineMs);
  const runs = plan.tests.map((test) => new TrackedRun(test));
  const struck: Struck[] = [];
  const tracking = runs.map((run, i) => startAndTrack(run, i, { ...plan, signal, struck }));
  const onStrike = (one: Struck): void => {
    struck.push(one);
    const on = one.target === one.fault.split(' ').at(-1) ? '' : ` (${one.target})`;
    note(`seed ${seed}  +${seconds(one.struckMs - startedMs).padStart(5)} s  ${one.fault}${on}`);
  };
  const striking = strikeFaults({
    world,
    runs,
    random: createRandom(seed),
    most: plan.faults,
    signal,
    onStrike,
  });
  // Without its faults a seed says nothing.
  striking.catch(() => over.abort());
  const ends = await Promise.allSettled([striking, ...tracking]);
  clearTimeout(deadline);
  const broken = ends.flatMap((end) =>
    end.status === 'rejected' && !isDeadline(end.reason) ? [String(end.reason)] : [],
  );

  const problems = [...broken, ...struck.flatMap(({ problem }) => problem ?? [])];
  for (const run of runs) problems.push(...(await checkRun(run, world, plan.undisturbed[run.test.runId] ?? {})));
  problems.push(...(await checkQueue(world)));
  if (struck.length < plan.faults * LEAST_STRUCK)
    problems.push(`only ${struck.length} of ${plan.faults} faults were struck before all runs had ended`);
  return report(plan, { startedMs, runs, struck, problems });
}

/** A seed whose faults find no work left proves nothing. */
const LEAST_STRUCK = 0.7;

const isDeadline = (reason: unknown): boolean => reason instanceof Error && reason.name === 'AbortError';

const seconds = (ms: number): string => (ms / 1_000).toFixed(1);

async function startAndTrack(
  run: TrackedRun,
  place: number,
  { world, again, signal, struck }: SeedPlan & { signal: AbortSignal; struck: readonly Struck[] },
): Promise<void> {
  await delay(place * START_GAP_MS, undefined, { signal });
  // A full disk ends a run with an error that says so; whoever has made room starts it again.
  const isForgiven = ({ code }: ErrorFacts): boolean =>
    code === 'disk-full' && struck.some(({ fault }) => fault.startsWith('fill disk'));
  await track(run, { runs: world.runs, again, isForgiven, signal });
}

interface Seen {
  readonly startedMs: number;
  readonly runs: readonly TrackedRun[];
  readonly struck: readonly Struck[];
  readonly problems: readonly string[];
}

function report({ seed, world }: SeedPlan, { startedMs, runs, struck, problems }: Seen): SeedReport {
  const { journal, victims } = world;
  journal.catchUp();
  for (const { pid, atMs } of victims.flatMap(({ exits }) => exits)) journal.endHandsOf(pid, atMs);
  const scored = journal.scored.filter(({ atMs }) => atMs >= startedMs);
  const outages: Outage[] = struck.map(({ fault, target, struckMs, healedMs, reach }) => ({
    fault: `${fault} (${target}, ${struckMs})`,
    fromMs: struckMs,
    toMs: healedMs,
    reach,
  }));
  const recomputed = findRecomputed({ scored, held: journal.held }, outages);
  const unexcused = recomputed.filter(({ excuse }) => excuse === undefined);
  const faults = struck.map(({ reach, ...one }, i) => ({
    ...one,
    ...measureRecovery({ ...one, reach }, { scored, held: journal.held, runs }),
    recomputed: recomputed.filter(({ excuse }) => excuse === outages[i]?.fault).length,
  }));
  return {
    seed,
    seconds: (Date.now() - startedMs) / 1_000,
    batches: new Set(scored.map(({ key }) => key)).size,
    computations: scored.length,
    recomputed,
    faults,
    askedAgain: runs.flatMap(({ askedAgain }) => askedAgain),
    workerStarts: victims.reduce((sum, { exits }) => sum + exits.length, 0),
    problems: [
      ...problems,
      ...unexcused.map(
        ({ key, pid, atMs }) =>
          `batch ${key} was computed again by ${pid} at ${new Date(atMs).toISOString()}, and nothing excuses it`,
      ),
    ],
  };
}
