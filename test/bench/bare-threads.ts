import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { BareResult, BareSettings, BareTask, BareWork, TileLoad } from './bare-work.ts';

/** What a cell of one kind of work costs, with all threads at it. */
export interface BareCost {
  /** Seconds that a core is held by a cell, whoever else wanted the core meanwhile. */
  readonly wallSeconds: number;
  /** Seconds that a core computed for a cell. */
  readonly cpuSeconds: number;
}

export interface BareThreads extends AsyncDisposable {
  readonly count: number;
  measure(work: BareWork, seconds: number): Promise<BareCost>;
}

/** As many threads as there are cores, each with its own network, decoder and share of the tiles. */
export async function startBareThreads(
  count: number,
  { bundleDir, loads }: { bundleDir: string; loads: readonly TileLoad[] },
): Promise<BareThreads> {
  const workers = Array.from({ length: count }, (_, thread) => {
    const own: BareSettings = { bundleDir, loads: loads.filter((_load, index) => index % count === thread) };
    return new Worker(new URL('./bare-thread.js', import.meta.url), { workerData: own });
  });
  const ask = async (worker: Worker, task: BareTask): Promise<BareResult> => {
    worker.postMessage(task);
    const [result] = (await once(worker, 'message')) as [BareResult];
    return result;
  };
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  return {
    count,
    async measure(work, seconds) {
      const before = process.cpuUsage();
      const results = await Promise.all(workers.map((worker) => ask(worker, { work, seconds })));
      const { user, system } = process.cpuUsage(before);
      const cells = results.reduce((sum, result) => sum + result.cells, 0);
      const held = results.reduce((sum, result) => sum + result.seconds, 0);
      return { wallSeconds: held / cells, cpuSeconds: (user + system) / 1e6 / cells };
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
