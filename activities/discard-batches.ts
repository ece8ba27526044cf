import { setTimeout as delay } from 'node:timers/promises';
import type { ActivityTools } from './ports.ts';
import type { Pulse } from './pulse.ts';

/** A gather that has not seen the cancel yet may dispatch once more, which lifts the halt; by then it has seen it. */
const GATHER_HAS_STOPPED_MS = 1500;

/** Stops detectors from starting further batches of the run, and purges what is queued: at once, and again when gathering has stopped. */
export const createDiscardBatches =
  ({ queue }: Pick<ActivityTools, 'queue'>) =>
  async ({ runId }: { runId: string }, _pulse: Pulse): Promise<void> => {
    const discard = async (): Promise<void> => {
      await queue.halt(runId, true);
      await queue.purgeRun(runId);
    };
    await discard();
    await delay(GATHER_HAS_STOPPED_MS);
    await discard();
  };
