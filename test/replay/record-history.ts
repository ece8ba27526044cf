/**
 * Records the history of a run or a cohort that a Temporal server has, for the replay test:
 * `npx tsx test/replay/record-history.ts HOST:PORT run/RUN-ID NAME`. Keep one for every released version of each workflow.
 */
import { connectTemporal } from '../../platform/temporal/connect-temporal.ts';
import { storeHistory } from './store-history.ts';

const [address = '', workflowId = '', name = ''] = process.argv.slice(2);
const link = await connectTemporal({ address, namespace: 'default' });
await storeHistory(link, workflowId, name);
await link.close();
