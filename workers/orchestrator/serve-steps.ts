import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { createCohortActivities } from '../../activities/cohort/index.ts';
import { createActivities } from '../../activities/index.ts';
import type { ActivityTools } from '../../activities/ports.ts';
import type { H2gError } from '../../domain/error.ts';
import { LANES } from '../../domain/run-spec.ts';
import { CONTROL_QUEUE, stepQueue, STEPS } from '../../domain/segment-slide.ts';
import type { RemoteConfig } from '../../platform/config.ts';
import type { Log } from '../../platform/log.ts';
import type { StepMeter } from '../../platform/metrics/step-meter.ts';
import { packageRoot } from '../../platform/package-root.ts';
import { connectTemporal, lookAtTemporal, type TemporalLink } from '../../platform/temporal/connect-temporal.ts';
import { sdkLogger } from '../../platform/temporal/sdk-logger.ts';
import { lineOptions } from '../../platform/temporal/line-options.ts';
import type { Tracing } from '../../platform/tracing/tracing.ts';
import { lastCall } from '../last-call.ts';
import { untilAborted } from '../until-aborted.ts';
import { watchServer } from '../watch-server.ts';
import { createCohortTools } from './cohort-tools.ts';
import { logSteps } from './log-steps.ts';
import { runWorker } from './run-worker.ts';
import { stepPlaces } from './step-places.ts';
import { traceSteps } from './trace-steps.ts';

/** A poll brings one task, and a step takes longer than a poll. */
const POLLS_OF_A_STEP = 1;
/** Longer than the force time of the SDK's workers, whose native part then still waits for Temporal; shorter than a kubelet's patience. */
const GIVE_UP_MS = 20_000;

export interface Serving {
  readonly config: RemoteConfig;
  readonly log: Log;
  readonly meter: StepMeter;
  readonly tracing: Tracing;
  /** Told when steps can be taken, and since then whether Temporal is there. */
  readonly onTemporal: (isThere: boolean) => void;
  /** Told when Temporal gives no more work to one of its workers. It should abort `signal`. */
  readonly onRefused: (why: H2gError) => void;
  readonly signal: AbortSignal;
}

/** Works on runs, their steps and cohorts until `signal` aborts, and has then handed over or ended what was in hand. */
export async function serveSteps(tools: ActivityTools, serving: Serving): Promise<void> {
  const { signal, meter } = serving;
  const telemetryOptions = { logging: { forward: {}, filter: 'WARN' } } as const;
  Runtime.install({ shutdownSignals: [], logger: sdkLogger(serving.log), telemetryOptions });
  const { temporal, s3 } = serving.config.servers;
  const link = await connectTemporal(temporal);
  const connection = await NativeConnection.connect(await lineOptions(temporal));
  try {
    const cohortActivities = createCohortActivities(createCohortTools({ store: tools.store, s3, link }), signal);
    const activities = createActivities(tools, { stopping: signal, meter });
    await serveConnected({ ...serving, link, connection, activities, cohortActivities });
  } catch (cause) {
    // Of several workers one could not be made: the others hold the connection, and closing it throws, which must not hide the cause.
    await Promise.allSettled([connection.close(), link.close()]);
    throw cause;
  }
  // One that was given up still holds the connection.
  await Promise.allSettled([connection.close(), link.close()]);
}

interface Connected extends Serving {
  readonly link: TemporalLink;
  readonly connection: NativeConnection;
  readonly activities: ReturnType<typeof createActivities>;
  readonly cohortActivities: ReturnType<typeof createCohortActivities>;
}

async function serveConnected(serving: Connected): Promise<void> {
  const { config, log, signal, link, onTemporal, onRefused } = serving;
  const places = stepPlaces({ cores: availableParallelism(), detectingRuns: config.detectingRuns });
  const workers = await createWorkers(serving, places);
  log.info({ places }, 'Worker:Ready');
  onTemporal(true);
  void watchServer({ ask: () => lookAtTemporal(link), onChange: onTemporal, signal });
  // What one ends with by itself ends the others, too, but not before they have handed over what they have.
  const ended = workers.map((worker) => runWorker(worker, signal).catch(onRefused));
  // Where Temporal is away a worker cannot hand over what it has: its heartbeats will be missed, and another gets it.
  const isGivenUp = await Promise.race([
    Promise.all(ended).then(() => false),
    untilAborted(lastCall(signal, GIVE_UP_MS)).then(() => true),
  ]);
  if (isGivenUp) log.warn({}, 'Worker:GivenUp');
}

/** One for the stories of runs and cohorts, and one for each step and lane. */
async function createWorkers(serving: Connected, places: ReturnType<typeof stepPlaces>): Promise<Worker[]> {
  const { config, log, tracing, connection, activities, cohortActivities } = serving;
  const { interceptors, sinks } = traceSteps(tracing);
  const common: Omit<WorkerOptions, 'taskQueue'> = {
    connection,
    namespace: config.servers.temporal.namespace,
    activities,
    // Inside of the traces', so that a line says which trace it belongs to.
    interceptors: { activity: [...interceptors.activity, logSteps(log)] },
    sinks,
    // Cancels are seen with a heartbeat, and heartbeats are throttled by this.
    maxHeartbeatThrottleInterval: '200ms',
    // A step that is almost done is brought to its end; then it is told to stop, and at last given up.
    shutdownGraceTime: '5s',
    shutdownForceTime: '15s',
  };
  const control = Worker.create({
    ...common,
    activities: { ...activities, ...cohortActivities },
    taskQueue: CONTROL_QUEUE,
    workflowBundle: { codePath: join(packageRoot(), 'dist', 'workflow-bundle.js') },
    stickyQueueScheduleToStartTimeout: '1s',
  });
  const steps = STEPS.flatMap((step) =>
    LANES.map((lane) =>
      Worker.create({
        ...common,
        taskQueue: stepQueue(step, lane),
        maxConcurrentActivityTaskExecutions: places[step][lane],
        maxConcurrentActivityTaskPolls: POLLS_OF_A_STEP,
      }),
    ),
  );
  return Promise.all([control, ...steps]);
}
