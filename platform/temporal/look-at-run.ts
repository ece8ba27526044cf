import { WorkflowNotFoundError } from '@temporalio/common';
import type { RunEnd } from '../../domain/segment-cohort.ts';
import { workflowIdOf } from '../../domain/segment-slide.ts';
import type { TemporalLink } from './connect-temporal.ts';
import { controlError } from './control-error.ts';
import { endOf } from './read-run.ts';

/** Whether a run is under way or how it has ended, in one request; undefined where the server knows none. @throws H2gError `control-unreachable` */
export async function lookAtRun(
  link: TemporalLink,
  runId: string,
): Promise<{ readonly kind: 'running' } | RunEnd | undefined> {
  try {
    const handle = link.client.workflow.getHandle(workflowIdOf(runId));
    const description = await link.promptly(() => handle.describe());
    if (description.status.name === 'RUNNING') return { kind: 'running' };
    const end = await endOf(link, description);
    return end.kind === 'running' ? end : end.kind === 'finished' ? { kind: 'finished' } : end;
  } catch (thrown) {
    if (thrown instanceof WorkflowNotFoundError) return undefined;
    throw controlError(thrown, `look at run ${runId}`);
  }
}
