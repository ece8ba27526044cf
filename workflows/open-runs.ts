import { getExternalWorkflowHandle, isCancellation, startChild, type ChildWorkflowOptions } from '@temporalio/workflow';
import type { EndedRun, SegmentCohortActivities, TakenSlide, TakenSlides } from '../activities/cohort/contract.ts';
import type { OpenRun, RunEnd, SegmentCohortInput } from '../domain/segment-cohort.ts';
import {
  CONTROL_QUEUE,
  LANE_ATTRIBUTE,
  priorityOf,
  SEGMENT_SLIDE,
  WORKFLOW_TASK_TIMEOUT,
  workflowIdOf,
  type SegmentSlideInput,
} from '../domain/segment-slide.ts';
import { failureFacts } from './failure-facts.ts';
import { RunFollower } from './run-follower.ts';

type Common = Pick<TakenSlides, 'bundle' | 'options'>;
type Handed = Pick<SegmentCohortInput, 'lane' | 'submitter' | 'again'>;

/** The runs of a cohort that are under way: its children, those that an execution before it has started, and those of others. */
export class OpenRuns {
  readonly #handed: Handed;
  readonly #follower: RunFollower;
  readonly #open = new Map<string, { ours: boolean }>();
  #ended: EndedRun[] = [];
  #starting = 0;
  #started = 0;

  constructor(handed: Handed, awaitRuns: SegmentCohortActivities['awaitRuns']) {
    this.#handed = handed;
    this.#follower = new RunFollower(awaitRuns);
  }

  /** Under way, those that have ended not counted. */
  get size(): number {
    return this.#open.size;
  }

  /** Begun by this execution. */
  get started(): number {
    return this.#started;
  }

  /** Starts that the server has not confirmed yet. */
  get starting(): number {
    return this.#starting;
  }

  get hasEnded(): boolean {
    return this.#ended.length > 0;
  }

  /** Those that have ended since the last call. */
  takeEnded(): EndedRun[] {
    return this.#ended.splice(0);
  }

  all(): OpenRun[] {
    return Array.from(this.#open, ([runId, { ours }]) => ({ runId, ours }));
  }

  /** Goes on with what an execution before this one has left under way. */
  take(runs: readonly OpenRun[]): void {
    for (const { runId, ours } of runs)
      this.#track(runId, { ours }, async () => (await this.#follower.follow(runId)).end);
  }

  start(slide: TakenSlide, common: Common): void {
    this.#started += 1;
    this.#track(slide.runId, { ours: false }, () => this.#segment(slide, common));
  }

  /** Called when the cohort is cancelled, which has reached its children by itself. */
  async cancel(): Promise<void> {
    const followed = this.all().filter(({ runId }) => this.#follower.follows(runId));
    for (const { runId } of followed.filter(({ ours }) => !ours)) {
      this.#follower.drop(runId);
      this.#open.delete(runId);
    }
    const ours = followed.filter((run) => run.ours);
    // One that has just ended cannot be cancelled any more, and need not.
    await Promise.allSettled(ours.map(({ runId }) => getExternalWorkflowHandle(workflowIdOf(runId)).cancel()));
  }

  #track(runId: string, run: { ours: boolean }, work: () => Promise<RunEnd>): void {
    this.#open.set(runId, run);
    const settle = (end: RunEnd): void => {
      if (this.#open.delete(runId)) this.#ended.push({ runId, end });
    };
    void work().then(settle, (error: unknown) =>
      settle(isCancellation(error) ? { kind: 'cancelled' } : { kind: 'failed', error: failureFacts(error) }),
    );
  }

  /** A run that is there already is not started twice: under way, it is waited for; finished, its results count. */
  async #segment(slide: TakenSlide, common: Common): Promise<RunEnd> {
    const { again = false } = this.#handed;
    try {
      return await this.#child(slide, common, again);
    } catch (error) {
      if (!isThereAlready(error)) throw error;
    }
    const { end, waited, delivered } = await this.#follower.follow(slide.runId);
    // It had finished before, and its results are gone or were none: they are made anew.
    return waited || delivered || end.kind !== 'finished' ? end : this.#child(slide, common, true);
  }

  async #child(slide: TakenSlide, common: Common, again: boolean): Promise<RunEnd> {
    this.#starting += 1;
    const starting = startChild(SEGMENT_SLIDE, this.#childOptions(slide, common, again));
    const child = await starting.finally(() => (this.#starting -= 1));
    const open = this.#open.get(slide.runId);
    if (open !== undefined) open.ours = true;
    await child.result();
    return { kind: 'finished' };
  }

  #childOptions(
    { runId, slide, mpp, lane = this.#handed.lane }: TakenSlide,
    { bundle, options }: Common,
    again: boolean,
  ): ChildWorkflowOptions & { args: [SegmentSlideInput] } {
    const { submitter } = this.#handed;
    const spec = { slide, bundle, options: mpp === undefined ? options : { ...options, mpp } };
    return {
      args: [{ runId, spec, lane, again, ...(submitter === undefined ? {} : { submitter }) }],
      workflowId: workflowIdOf(runId),
      taskQueue: CONTROL_QUEUE,
      workflowIdReusePolicy: again ? 'ALLOW_DUPLICATE' : 'ALLOW_DUPLICATE_FAILED_ONLY',
      parentClosePolicy: 'ABANDON',
      cancellationType: 'WAIT_CANCELLATION_COMPLETED',
      workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
      memo: { slideName: slide.name, lane, submitter },
      searchAttributes: { [LANE_ATTRIBUTE]: [lane] },
      priority: priorityOf(lane, submitter),
    };
  }
}

/** Its class is not for workflows to import. */
const isThereAlready = (error: unknown): boolean =>
  error instanceof Error && error.name === 'WorkflowExecutionAlreadyStartedError';
