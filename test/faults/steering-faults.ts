import { LANES } from '../../domain/run-spec.ts';
import { H2gError } from '../../domain/error.ts';
import { type Fault, type Scene } from './fault.ts';
import { insist, type TrackedRun } from './tracked-run.ts';

/** A person does not wait for ever either. */
const PATIENCE_MS = 90_000;

/** What a person asks for while a run is in detection; its messages are purged by it, also those that are in hand. */
const steer = (name: string, work: (scene: Scene, run: TrackedRun, signal: AbortSignal) => Promise<void>): Fault => ({
  name,
  async strike(scene) {
    const run = scene.random.pick(
      scene.runs.filter(({ isDetecting, test }) => isDetecting && !scene.busy.has(test.runId)),
    );
    if (run === undefined) return undefined;
    const { runId } = run.test;
    const done = unlessEnded(work(scene, run, AbortSignal.timeout(PATIENCE_MS)));
    // It is awaited when it is healed; until then a failure must not count as unhandled.
    done.catch(() => undefined);
    return { target: runId, reach: [{ kind: 'hands-on-run', runId }], heal: () => done };
  },
});

/** A run may end while it is being steered. */
async function unlessEnded(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (thrown) {
    if (!(thrown instanceof H2gError && thrown.code === 'run-missing')) throw thrown;
  }
}

export const STEERING_FAULTS: readonly Fault[] = [
  steer('pause and resume at once', async ({ world: { runs } }, { test: { runId } }, signal) => {
    await insist(() => runs.pause(runId), signal);
    await insist(() => runs.resume(runId), signal);
  }),
  steer('cancel and run again at once', async ({ world: { runs } }, run, signal) => {
    const { runId, spec, lane } = run.test;
    run.isBeingRestarted = true;
    try {
      await insist(() => runs.cancel(runId), signal);
      await insist(() => runs.start(runId, spec, lane), signal);
    } finally {
      run.isBeingRestarted = false;
    }
  }),
  steer('change of lane', async ({ world: { runs }, random }, { test: { runId } }, signal) => {
    const lane = random.pick(LANES) ?? 'routine';
    await insist(() => runs.setLane(runId, lane), signal);
  }),
];
