import { isGrpcServiceError } from '@temporalio/client';
import { H2gError } from '../../domain/error.ts';

/** gRPC's numbers; its library is Temporal's dependency, not ours. */
const GRPC = {
  CANCELLED: 1,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  FAILED_PRECONDITION: 9,
} as const;

/** Whether this, or what it was caused by, is that answer of gRPC. */
export function isGrpc(thrown: unknown, name: keyof typeof GRPC): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause)
    if (isGrpcServiceError(error)) return error.code === GRPC[name];
  return false;
}

/** Temporal did not do what was asked. @param doing for example `start run ab12` */
export function controlError(thrown: unknown, doing: string): H2gError {
  if (thrown instanceof H2gError) return thrown;
  return new H2gError(
    {
      code: 'control-unreachable',
      message: `Temporal does not let us ${doing}: ${innermostMessage(thrown)}.`,
      hint: 'Look whether the Temporal server runs and whether H2G_TEMPORAL_ADDRESS is its address, then try again.',
    },
    { cause: thrown },
  );
}

/** The SDK says "Failed to start Workflow"; what the server said lies below. */
export function innermostMessage(thrown: unknown): string {
  let message = String(thrown);
  for (let error = thrown; error instanceof Error; error = error.cause) message = error.message;
  return message.replace(/\.$/, '');
}
