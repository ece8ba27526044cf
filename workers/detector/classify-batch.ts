import { addBytes, NO_BYTES, type ByteCount } from '../../domain/byte-source.ts';
import { asH2gError } from '../../domain/error.ts';
import type { TileBatch } from '../../domain/messages.ts';
import { transferList, type CompressedRegion } from '../../slides/compressed-region.ts';
import type { Classified, ClassifyTask } from '../threads/classify-thread.ts';
import type { ThreadPool } from '../threads/thread-pool.ts';
import type { FetchBatch } from './fetch-batch.ts';

export interface BatchResult {
  /** Of each cell, in the batch's order; null where it failed. */
  readonly scores: (number | null)[];
  readonly failed: { cell: [number, number]; reason: string }[];
  readonly provider: string;
  readonly bytes: ByteCount;
}

export interface ClassifyTools {
  readonly pool: ThreadPool<ClassifyTask, Classified>;
  readonly fetchBatch: FetchBatch;
  /** The bundle's folder on this machine. */
  readonly bundleDir: string;
  readonly patchPx: number;
}

interface Work {
  readonly batch: TileBatch;
  /** The batch's tiles, on their way or here. */
  readonly region: Promise<CompressedRegion>;
}

/** How a batch is tried: as a whole, or cell by cell so that one bad cell costs one cell. */
export const CLASSIFY: Record<TileBatch['mode'], (tools: ClassifyTools, work: Work) => Promise<BatchResult>> = {
  whole: async (tools, { batch, region }) => classifyRegion(tools, batch, await region),
  cells: async (tools, { batch }) => {
    const results: BatchResult[] = [];
    for (const cell of batch.cells) results.push(await classifyCell(tools, { ...batch, cells: [cell] }));
    return merge(results);
  },
};

async function classifyRegion(
  { pool, bundleDir, patchPx }: ClassifyTools,
  { cells, cellPx }: TileBatch,
  region: CompressedRegion,
): Promise<BatchResult> {
  const task: ClassifyTask = { bundleDir, region, cells, cellPx, patchPx };
  const { scores, provider } = await pool.run(task, { transfer: transferList(region) });
  return { scores: [...scores], failed: [], provider, bytes: region.bytes };
}

/** A failure that may pass by itself is thrown on: only what stays is a failed cell. */
async function classifyCell(tools: ClassifyTools, batch: TileBatch): Promise<BatchResult> {
  try {
    return await classifyRegion(tools, batch, await tools.fetchBatch(batch));
  } catch (thrown) {
    const error = asH2gError(thrown);
    const [cell] = batch.cells;
    if (error.retry || !cell || failsRun(error.code)) throw error;
    return { scores: [null], failed: [{ cell, reason: error.message }], provider: '', bytes: NO_BYTES };
  }
}

const RUN_FAILURES: ReadonlySet<string> = new Set([
  'slide-changed',
  'slide-missing',
  'bundle-invalid',
  'bundle-missing',
  'store-denied',
  'usage',
]);

/** Errors with which no batch of the run can succeed. */
export const failsRun = (code: string): boolean => RUN_FAILURES.has(code);

const merge = (results: readonly BatchResult[]): BatchResult => ({
  scores: results.flatMap(({ scores }) => scores),
  failed: results.flatMap(({ failed }) => failed),
  provider: results.find(({ provider }) => provider !== '')?.provider ?? 'none',
  bytes: results.map(({ bytes }) => bytes).reduce(addBytes, NO_BYTES),
});
