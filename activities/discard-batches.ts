import type { ActivityTools } from './ports.ts';
import type { Pulse } from './pulse.ts';

/** Stops detectors from starting further batches of the run, and purges what is queued. */
export const createDiscardBatches =
  ({ queue }: Pick<ActivityTools, 'queue'>) =>
  async ({ runId }: { runId: string }, _pulse: Pulse): Promise<void> => {
    await queue.halt(runId);
    await queue.purgeRun(runId);
  };
