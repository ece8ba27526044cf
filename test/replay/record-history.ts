/**
 * Records the history of a run or a cohort that a Temporal server has, for the replay test:
 * `npx tsx test/replay/record-history.ts HOST:PORT run/RUN-ID NAME`. Keep one for every released version of each workflow.
 */
import { writeFile } from 'node:fs/promises';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { connectTemporal } from '../../platform/temporal/connect-temporal.ts';

async function record(address: string, workflowId: string, name: string): Promise<void> {
  const link = await connectTemporal({ address, namespace: 'default' });
  const history = await link.client.workflow.getHandle(workflowId).fetchHistory();
  const events: unknown = JSON.parse(historyToJSON(history));
  await writeFile(new URL(`${name}.json`, import.meta.url), `${JSON.stringify(events, withoutStacks)}\n`);
  await link.close();
}

/** They tell of this machine, and replay needs none. */
const withoutStacks = (key: string, value: unknown): unknown => (key === 'stackTrace' ? undefined : value);

const [address = '', workflowId = '', name = ''] = process.argv.slice(2);
await record(address, workflowId, name);
