import { H2gError } from '../domain/error.ts';
import { createSession, type OpenSession, type SessionRequest } from './create-session.ts';
import { portsOf } from './graph-ports.ts';
import type { Bundle, Stage } from './load-bundle.ts';
import { type ExpectedPorts, portProblems } from './stage-ports.ts';

export interface NetworkRequest extends Omit<SessionRequest, 'file'> {
  readonly stage: Stage;
  readonly expected: ExpectedPorts;
}

/**
 * Opens a stage's network and makes sure its inputs and outputs are those of the manifest.
 * Throws `bundle-invalid` and `provider-unavailable`; nothing stays open then.
 */
export async function openNetwork(
  bundle: Bundle,
  { stage, expected, ...request }: NetworkRequest,
): Promise<OpenSession> {
  const file = bundle.file(stage) ?? '';
  const open = await createSession({ file, ...request });
  const problems = portProblems(expected, portsOf(open.session));
  if (problems.length === 0) return open;
  await open.session.release();
  throw new H2gError({
    code: 'bundle-invalid',
    message: `${file}: ${problems.join('; ')}`,
    hint: 'Make bundle.json say what the graph has; `h2g bundle check` prints its names and shapes.',
  });
}
