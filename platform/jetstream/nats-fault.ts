import { NatsError } from 'nats';
import { H2gError } from '../../domain/error.ts';

/**
 * What an answer of NATS or the lack of one means here.
 * `already-there`: the stream refused a second message on a subject. `empty`: nothing to take. `missing`: no such stream or consumer (or
 * JetStream is not up yet). `away`: no answer, which may or may not have been acted on. `closed`: this process has let go of its connection. `denied`: this user may
 * not say or hear that.
 */
export type NatsFault = 'already-there' | 'empty' | 'missing' | 'away' | 'closed' | 'denied' | 'disk-full' | 'other';

/** The server says "store failed" for whatever its store refuses; only this sentence means that a message waits on the subject. */
const STORE_FAILED = 10077;
const PER_SUBJECT = /maximum messages per subject/;

const FAULT_OF_API_CODE: Readonly<Record<number, NatsFault>> = {
  10014: 'missing', // consumer not found
  10059: 'missing', // stream not found
  10008: 'away', // no leader, or JetStream is not ready
  10009: 'away',
  10023: 'disk-full', // insufficient resources
  10028: 'disk-full', // memory resources exceeded
  10047: 'disk-full', // insufficient storage resources
  10037: 'empty', // no message on that subject
  10074: 'away', // replicas cannot be placed now
};

const FAULT_OF_CODE: Readonly<Record<string, NatsFault>> = {
  '404': 'empty',
  '408': 'empty',
  '409': 'away',
  '503': 'missing',
  TIMEOUT: 'away',
  DISCONNECT: 'away',
  CONNECTION_REFUSED: 'away',
  CONNECTION_TIMEOUT: 'away',
  IDLE_HEARTBEAT: 'away',
  CANCELLED: 'away',
  CONNECTION_CLOSED: 'closed',
  CONNECTION_DRAINING: 'closed',
  PERMISSIONS_VIOLATION: 'denied',
};

export function natsFault(thrown: unknown): NatsFault {
  if (!(thrown instanceof NatsError)) return 'other';
  const api = thrown.api_error;
  if (api === undefined) return FAULT_OF_CODE[thrown.code] ?? 'other';
  if (api.err_code === STORE_FAILED) return PER_SUBJECT.test(api.description) ? 'already-there' : 'disk-full';
  return FAULT_OF_API_CODE[api.err_code ?? 0] ?? 'other';
}

/** An answer of JetStream has the bare code for its message. */
function wordsOf(thrown: unknown): string {
  if (thrown instanceof NatsError && thrown.api_error !== undefined) return thrown.api_error.description;
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** What the operating system says of a full disk; so it is passed on for purges and settings. */
const NO_SPACE = /no space left/i;
const NO_SPACE_HINT =
  'Free space in the folder of JetStream. A nats-server outside a cluster may go on saying so until it is started again: do that too (the servers that h2g starts itself are started again without your help).';
const DENIED_HINT =
  "Give the user in H2G_NATS_URL the rights of this process's role: infra/helm/h2g-flow/files/nats-users.conf has them for all roles.";
const UNREACHABLE_HINT =
  'Look whether nats-server runs with JetStream enabled and whether H2G_NATS_URL is its address, then try again.';

function hintOf(thrown: unknown, said: string): string {
  if (natsFault(thrown) === 'denied') return DENIED_HINT;
  return NO_SPACE.test(said) ? NO_SPACE_HINT : UNREACHABLE_HINT;
}

/** A fault that stays, in the project's words. @param doing what was tried, for example `publish batches of run ab12` */
export function queueError(thrown: unknown, doing: string): H2gError {
  if (thrown instanceof H2gError) return thrown;
  const said = wordsOf(thrown);
  if (natsFault(thrown) === 'disk-full')
    return new H2gError(
      {
        code: 'disk-full',
        message: `NATS has no room left to ${doing}: ${said}.`,
        hint: 'Free space in the folder of JetStream or raise its limits, then start the run again: it goes on where it stopped.',
      },
      { cause: thrown },
    );
  return new H2gError(
    {
      code: 'queue-unreachable',
      message: `NATS does not let us ${doing}: ${said}.`,
      hint: hintOf(thrown, said),
    },
    { cause: thrown },
  );
}
