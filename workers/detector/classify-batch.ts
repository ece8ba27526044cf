import { addBytes, NO_BYTES, type ByteCount } from '../../domain/byte-source.ts';
import { isOutOfPatience } from '../../domain/attempt-begun.ts';
import { asH2gError, type H2gError } from '../../domain/error.ts';
import type { FailedCell, TileBatch } from '../../domain/messages.ts';
import type { Attempt } from '../../platform/jetstream/open-attempt.ts';
import { transferList, type CompressedRegion } from '../../slides/compressed-region.ts';
import type { Classified, ClassifyTask } from '../threads/classify-thread.ts';
import type { ThreadPool } from '../threads/thread-pool.ts';
import type { FetchBatch } from './fetch-batch.ts';

export interface BatchResult {
  /** Of each cell, in the batch's order; null where it failed. */
  readonly scores: (number | null)[];
  readonly failed: FailedCell[];
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

export interface Work {
  readonly batch: TileBatch;
  /** The batch's tiles, on their way or here. */
  readonly region: () => Promise<CompressedRegion>;
  /** Of a batch that somebody had before. */
  readonly attempt?: Attempt | undefined;
}

/** How a batch is tried: as a whole, or cell by cell so that one bad cell costs one cell. */
export const CLASSIFY: Record<TileBatch['mode'], (tools: ClassifyTools, work: Work) => Promise<BatchResult>> = {
  whole: async (tools, { batch, region, attempt }) => {
    await attempt?.begin('whole');
    return classifyRegion(tools, batch, await region());
  },
  cells: async (tools, { batch, attempt }) => {
    const tries = batch.attempt + 1 + (attempt?.trail.crashes ?? 0);
    const results: BatchResult[] = [];
    for (const [place, cell] of batch.cells.entries()) {
      const lost = attempt?.trail.lost.find((lostCell) => lostCell.place === place);
      if (lost) results.push(failedCell({ cell, reason: deadly(lost.worker), attempts: tries }));
      else {
        await attempt?.begin(place);
        results.push(await classifyCell(tools, { batch: { ...batch, cells: [cell] }, attempt, cell, tries }));
      }
    }
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

interface CellWork {
  /** With this cell alone. */
  readonly batch: TileBatch;
  readonly attempt: Attempt | undefined;
  readonly cell: FailedCell['cell'];
  /** How often it is tried, this time included. */
  readonly tries: number;
}

/** A failure that may pass by itself is thrown on: only what stays is a failed cell. */
async function classifyCell(tools: ClassifyTools, { batch, attempt, cell, tries }: CellWork): Promise<BatchResult> {
  try {
    return await classifyRegion(tools, batch, await tools.fetchBatch(batch));
  } catch (thrown) {
    const error = asH2gError(thrown);
    if (mayPass(error, { batch, attempt }) || failsRun(error.code)) throw error;
    return failedCell({ cell, reason: error.message, attempts: tries });
  }
}

/** Whether it is worth to wait and try the same again. */
export const mayPass = (error: H2gError, { batch, attempt }: Pick<Work, 'batch' | 'attempt'>): boolean =>
  error.retry && !(error.code === 'tiles-io' && attempt && isOutOfPatience(attempt.trail, batch.attempt));

const failedCell = (failed: FailedCell): BatchResult => ({
  scores: [null],
  failed: [failed],
  provider: '',
  bytes: NO_BYTES,
});

const deadly = (worker: string): string =>
  `the detector ${worker} began this cell alone and died without a word: a crash in native code, or out of memory`;

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
