import { setTimeout as delay } from 'node:timers/promises';
import type { Reach } from './account-batches.ts';
import type { Blow, Fault } from './fault.ts';
import { FAULTS } from './fault-table.ts';
import type { Random } from './random.ts';
import type { TrackedRun } from './tracked-run.ts';
import type { World } from './world.ts';

/** A fault that was struck, and when. Times in milliseconds since 1970. */
export interface Struck {
  readonly fault: string;
  readonly target: string;
  readonly struckMs: number;
  /** When what lasted was ended; the moment itself where nothing lasts. */
  endedMs: number;
  /** When all was up again; infinite where it never was. */
  healedMs: number;
  readonly reach: readonly Reach[];
  /** How the product did not behave as promised. */
  problem?: string;
}

export interface StrikePlan {
  readonly world: World;
  readonly runs: readonly TrackedRun[];
  readonly random: Random;
  /** How many faults, as long as runs are under way. */
  readonly most: number;
  readonly signal: AbortSignal;
  readonly onStrike: (struck: Struck) => void;
}

const TICK_MS = 50;
/** Where work stands still because of a fault, the next one comes upon it after so long. */
const LONGEST_GAP_MS = 4_000;
/** Of the work of all runs; what comes first may strike planning, what comes last refinement. */
const FIRST_POINT = 0.01;
const LAST_POINT = 0.92;

/**
 * Strikes faults in a random order. When they strike is a matter of how much work is done, so a seed means the same on machines of
 * any speed. Resolves when all that was struck is healed.
 */
export async function strikeFaults(plan: StrikePlan): Promise<Struck[]> {
  const { world, runs, random, most, signal, onStrike } = plan;
  const possible = FAULTS.filter(({ impossible }) => impossible?.(world) === undefined);
  const deck = random.shuffle(possible);
  const points = Array.from({ length: most }, () => random.between(FIRST_POINT, LAST_POINT)).toSorted((a, b) => a - b);
  const all: Struck[] = [];
  const busy = new Set<string>();
  const healing: Promise<void>[] = [];
  let lastMs = performance.now();

  const isDue = (): boolean => {
    const share = runs.reduce((sum, run) => sum + run.share, 0) / runs.length;
    return share >= (points[all.length] ?? 1) || performance.now() - lastMs > LONGEST_GAP_MS;
  };

  while (all.length < most && deck.length > 0 && runs.some(({ end }) => end === undefined)) {
    await delay(TICK_MS, undefined, { signal });
    if (!isDue()) continue;
    const fault = deck.shift();
    if (fault === undefined) break;
    const own = random.fork(FAULTS.indexOf(fault));
    const blow = await fault.strike({ world, runs, random: own, busy });
    if (blow === undefined) {
      // Nothing to strike at the moment: its turn comes again.
      deck.push(fault);
      continue;
    }
    lastMs = performance.now();
    const struck = note(fault, blow);
    all.push(struck);
    onStrike(struck);
    busy.add(blow.target);
    const lastsMs = own.between(...(fault.lastsMs ?? [0, 0]));
    healing.push(heal(struck, blow, { lastsMs, signal }).finally(() => busy.delete(blow.target)));
  }
  await Promise.all(healing);
  return all;
}

function note({ name }: Fault, { target, reach }: Blow): Struck {
  const now = Date.now();
  return { fault: name, target, reach, struckMs: now, endedMs: now, healedMs: Infinity };
}

async function heal(
  struck: Struck,
  blow: Blow,
  { lastsMs, signal }: { lastsMs: number; signal: AbortSignal },
): Promise<void> {
  await delay(lastsMs, undefined, { signal }).catch(() => undefined);
  if (lastsMs > 0) struck.endedMs = Date.now();
  try {
    await blow.heal();
    struck.healedMs = Date.now();
  } catch (thrown) {
    struck.problem = thrown instanceof Error ? thrown.message : String(thrown);
  }
}
