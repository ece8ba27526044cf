/**
 * Records the history of a run that a Temporal server has, for the replay test:
 * `npx tsx test/replay/record-history.ts HOST:PORT RUN-ID NAME`. Keep one for every released version of the workflow.
 */
import { writeFile } from 'node:fs/promises';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { workflowIdOf } from '../../domain/segment-slide.ts';
import { connectTemporal } from '../../platform/temporal/connect-temporal.ts';

async function record(address: string, runId: string, name: string): Promise<void> {
  const link = await connectTemporal({ address, namespace: 'default' });
  const history = await link.client.workflow.getHandle(workflowIdOf(runId)).fetchHistory();
  await writeFile(new URL(`${name}.json`, import.meta.url), `${JSON.stringify(JSON.parse(historyToJSON(history)))}\n`);
  await link.close();
}

const [address = '', runId = '', name = ''] = process.argv.slice(2);
await record(address, runId, name);
