import type { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common';
import { controlError, isGrpc } from './control-error.ts';

const MS_PER_DAY = 24 * 3_600_000;

/**
 * Makes the namespace if it is not there; one that is there keeps its settings. A cluster knows a new one after some seconds.
 * @param retentionDays how long Temporal keeps the history of a run that has ended
 * @returns whether it was made
 * @throws H2gError `control-unreachable`
 */
export async function ensureNamespace(
  connection: Connection,
  namespace: string,
  retentionDays: number,
): Promise<boolean> {
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      description: 'H2G-Flow',
      workflowExecutionRetentionPeriod: msToTs(retentionDays * MS_PER_DAY),
    });
    return true;
  } catch (thrown) {
    if (isGrpc(thrown, 'ALREADY_EXISTS')) return false;
    throw controlError(thrown, `make the namespace "${namespace}"`);
  }
}
