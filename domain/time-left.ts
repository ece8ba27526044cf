/** What is known of a run in detection. */
export interface DetectionOutlook {
  readonly cellsLeft: number;
  readonly batchesLeft: number;
  /** Of this run, of late; undefined until some were settled. */
  readonly cellsPerSecond: number | undefined;
  /** What goes before its next batch; undefined where the queue was not asked or did not answer. */
  readonly ahead: { readonly batches: number; readonly perSecond: number | undefined } | undefined;
}

/**
 * Seconds until the last cell is settled, if all goes on as of late; undefined where nothing was seen to move.
 * @example secondsLeft({ cellsLeft: 160, batchesLeft: 10, cellsPerSecond: undefined, ahead: { batches: 90, perSecond: 2 } }) // 50
 */
export function secondsLeft({ cellsLeft, batchesLeft, cellsPerSecond, ahead }: DetectionOutlook): number | undefined {
  const pace = ahead?.perSecond;
  // While others go first, its own speed of a moment ago says nothing.
  if (ahead !== undefined && ahead.batches > 0)
    return pace === undefined ? undefined : (ahead.batches + batchesLeft) / pace;
  if (cellsPerSecond !== undefined) return cellsLeft / cellsPerSecond;
  return pace === undefined ? undefined : batchesLeft / pace;
}
