import { expect, test } from 'vitest';
import { PAUSE_UPDATE } from '../../../../domain/segment-slide.ts';
import type { TemporalLink } from '../../../../platform/temporal/connect-temporal.ts';
import { updateRun } from '../../../../platform/temporal/update-run.ts';

const FAILED_PRECONDITION = 9;

/** What the client of Temporal throws: its own words, around those of gRPC. */
function serverSays(details: string): Error {
  const grpc = Object.assign(new Error(`9 FAILED_PRECONDITION: ${details}`), {
    code: FAILED_PRECONDITION,
    details,
    metadata: {},
  });
  return new Error('Workflow Update failed', { cause: grpc });
}

function linkThatFails(thrown: Error): TemporalLink {
  const handle = { executeUpdate: () => Promise.reject(thrown) };
  const link = {
    client: { workflow: { getHandle: () => handle } },
    connection: { withDeadline: (_deadline: number, work: () => Promise<void>) => work() },
  };
  return link as unknown as TemporalLink;
}

const pause = (thrown: Error): Promise<void> => updateRun(linkThatFails(thrown), 'ab12', { name: PAUSE_UPDATE });

// The sentences are the server's (service/history/workflow/update/registry.go, common/util.go).
test('a run with no updates left says what to do instead', async () => {
  const thrown = serverSays(
    'The limit on the total number of distinct updates in this workflow has been reached (2000). Make sure any duplicate updates share an Update ID.',
  );
  await expect(pause(thrown)).rejects.toMatchObject({
    code: 'usage',
    message: /paused.*so often/s,
    hint: /h2g cancel ab12/,
  });
});

test('a deadline that ran out on the way to a slow server can be tried again', async () => {
  const refused = pause(serverSays('Context timeout is too short.'));
  await expect(refused).rejects.toMatchObject({ code: 'control-unreachable', retry: true });
  await expect(refused).rejects.toThrow('no orchestrator answered within 10 s');
});

test('a workflow task that failed just then is no verdict on the run', async () => {
  const thrown = serverSays(
    'Unable to perform workflow execution update due to unexpected workflow task failure. Ensure that the workflow worker is healthy and retry.',
  );
  await expect(pause(thrown)).rejects.toBe(thrown);
});
