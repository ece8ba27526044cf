import { RESULT_FILES, resultKey } from '../domain/keys.ts';
import { failureReport } from '../domain/make-report.ts';
import { Report } from '../domain/report.ts';
import type { FailureRecord } from './contract.ts';
import { encodeJson } from './load-plan.ts';
import type { ActivityTools } from './ports.ts';
import { provenanceOf } from './provenance.ts';
import type { Pulse } from './pulse.ts';

/**
 * Leaves a report that says why the run failed, for those who look at the store only. One that tells of results stays: they lie there still, and
 * only the replay of their failed cells has failed.
 */
export const createRecordFailure =
  (tools: Pick<ActivityTools, 'store' | 'software' | 'digest'>) =>
  async (record: FailureRecord, _pulse: Pulse): Promise<void> => {
    const key = resultKey(record.runId, RESULT_FILES.report);
    const before = await tools.store.find(key);
    if (before && Report.parse(JSON.parse(new TextDecoder().decode(before))).outcome !== 'failed') return;
    const report = failureReport(record, provenanceOf(tools, record.spec));
    await tools.store.put(key, encodeJson(report), { contentType: 'application/json' });
  };
