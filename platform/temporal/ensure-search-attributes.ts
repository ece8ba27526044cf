import type { Connection } from '@temporalio/client';
import { LANE_ATTRIBUTE } from '../../domain/segment-slide.ts';
import { controlError, isGrpc } from './control-error.ts';

/** `INDEXED_VALUE_TYPE_KEYWORD` of Temporal's API. */
const KEYWORD = 2;

/**
 * Registers the lane, without which the server refuses every start; usable after some 20 ms, and harmless to repeat.
 * @throws H2gError `control-unreachable`
 */
export async function ensureSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: { [LANE_ATTRIBUTE]: KEYWORD },
    });
  } catch (thrown) {
    if (isGrpc(thrown, 'ALREADY_EXISTS')) return;
    throw controlError(thrown, `register the search attribute ${LANE_ATTRIBUTE} in namespace "${namespace}"`);
  }
}
