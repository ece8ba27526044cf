import {
  DiscardPolicy,
  nanos,
  NatsError,
  RetentionPolicy,
  StorageType,
  type JetStreamManager,
  type StreamConfig,
} from 'nats';
import { H2gError } from '../../domain/error.ts';
import { SCORES_STREAM, TILES_STREAM } from '../../domain/subjects.ts';

export interface StreamOptions {
  /** Copies in a NATS cluster, 1 to 5. */
  readonly replicas?: number;
}

const WEEK_MS = 7 * 24 * 3_600_000;

/** The server's error code for a stream of that name with other settings. */
const OTHER_SETTINGS = 10058;

type Settings = Partial<StreamConfig> & Pick<StreamConfig, 'name'>;

const STREAMS: readonly Settings[] = [
  {
    name: TILES_STREAM,
    subjects: ['h2g.tiles.>'],
    retention: RetentionPolicy.Workqueue,
    storage: StorageType.File,
    max_msgs_per_subject: 1,
    // A second message on a subject that waits or is in work is refused, which makes dispatching again harmless.
    discard: DiscardPolicy.New,
    discard_new_per_subject: true,
  },
  {
    name: SCORES_STREAM,
    subjects: ['h2g.scores.>'],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    max_msgs_per_subject: 1,
    discard: DiscardPolicy.Old,
    // Batches in hand of a cancelled run still leave scores, which nobody purges.
    max_age: nanos(WEEK_MS),
  },
];

/**
 * Makes both streams where they are missing and gives existing ones these settings; repeating it is harmless.
 * @throws NatsError; H2gError `usage` where a stream of that name is of another kind
 */
export async function ensureStreams(jsm: JetStreamManager, { replicas = 1 }: StreamOptions = {}): Promise<void> {
  await Promise.all(STREAMS.map((settings) => ensureStream(jsm, { ...settings, num_replicas: replicas })));
}

async function ensureStream(jsm: JetStreamManager, settings: Settings): Promise<void> {
  try {
    await jsm.streams.add(settings);
  } catch (thrown) {
    if (!(thrown instanceof NatsError) || thrown.api_error?.err_code !== OTHER_SETTINGS) throw thrown;
    await correctStream(jsm, settings);
  }
}

async function correctStream(jsm: JetStreamManager, settings: Settings): Promise<void> {
  const { config } = await jsm.streams.info(settings.name);
  if (config.retention !== settings.retention || config.storage !== settings.storage)
    throw new H2gError({
      code: 'usage',
      message: `The NATS stream ${settings.name} exists with retention "${config.retention}" and storage "${config.storage}"; "${settings.retention}" and "${settings.storage}" are needed.`,
      hint: `Remove that stream (nats stream rm ${settings.name}) or give H2G-Flow a NATS account of its own.`,
    });
  await jsm.streams.update(settings.name, settings);
}
