import { writeFile } from 'node:fs/promises';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { TemporalLink } from '../../platform/temporal/connect-temporal.ts';

/** Writes a workflow's history into this folder. */
export async function storeHistory({ client }: TemporalLink, workflowId: string, name: string): Promise<void> {
  const history = await client.workflow.getHandle(workflowId).fetchHistory();
  const events: unknown = JSON.parse(historyToJSON(history));
  await writeFile(new URL(`${name}.json`, import.meta.url), `${JSON.stringify(events, withoutStacks)}\n`);
}

/** They tell of this machine, and replay needs none. */
const withoutStacks = (key: string, value: unknown): unknown => (key === 'stackTrace' ? undefined : value);
