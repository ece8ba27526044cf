import { setTimeout as delay } from 'node:timers/promises';
import type { BareThreads } from './bare-threads.ts';

/** Of the cores, as much as must be ours for a round to count as undisturbed. */
export const QUIET_SHARE = 0.9;

/** A round is begun when nobody else wants the cores, or when patience has run out. */
export async function awaitQuiet(threads: BareThreads, patienceSeconds: number): Promise<void> {
  for (let seconds = 0; seconds < patienceSeconds; seconds += 1) {
    const { cpuSeconds, wallSeconds } = await threads.measure('inference', 1);
    if (cpuSeconds / wallSeconds >= QUIET_SHARE) return;
    await delay(500);
  }
}
