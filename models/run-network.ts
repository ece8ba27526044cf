import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { H2gError } from '../domain/error.ts';

/** The values of one output, and their shape. */
export interface NetworkOutput {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

export interface NetworkCall {
  readonly feeds: Readonly<Record<string, Tensor>>;
  /** The one output that counts; others are not fetched. */
  readonly output: string;
  /** Bundle and stage, for errors. */
  readonly network: string;
}

/** Runs a network once. Throws `bundle-invalid` when the graph refuses, or answers something else than float32. */
export async function runNetwork(
  session: InferenceSession,
  { feeds, output, network }: NetworkCall,
): Promise<NetworkOutput> {
  const results = await session.run(feeds, [output]).catch((cause: unknown) => {
    throw refused(network, cause);
  });
  const tensor = results[output];
  if (tensor === undefined || !(tensor.data instanceof Float32Array))
    throw refused(network, 'its output holds no float32 values');
  return { data: tensor.data, dims: tensor.dims };
}

function refused(network: string, cause: unknown): H2gError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const facts = {
    code: 'bundle-invalid',
    message: `${network} cannot run: ${reason.replaceAll(/\s+/g, ' ')}`,
    hint: 'Run `h2g bundle check` on the bundle; a graph may also need more memory than there is.',
  } as const;
  return new H2gError(facts, { cause });
}
