import { RESULT_FILES, resultKey } from '../domain/keys.ts';
import { failureReport } from '../domain/make-report.ts';
import type { FailureRecord } from './contract.ts';
import { encodeJson } from './load-plan.ts';
import type { ActivityTools } from './ports.ts';
import { provenanceOf } from './provenance.ts';
import type { Pulse } from './pulse.ts';

/** Leaves a report that says why the run failed, for those who look at the store only. */
export const createRecordFailure =
  (tools: Pick<ActivityTools, 'store' | 'software' | 'digest'>) =>
  async (record: FailureRecord, _pulse: Pulse): Promise<void> => {
    const report = failureReport(record, provenanceOf(tools, record.spec));
    const key = resultKey(record.runId, RESULT_FILES.report);
    await tools.store.put(key, encodeJson(report), { contentType: 'application/json' });
  };
