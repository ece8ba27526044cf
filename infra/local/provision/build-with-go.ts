import { onPath } from './find-binary.ts';
import type { ProvisionTask } from './provision-server.ts';

export const findGo = (env: NodeJS.ProcessEnv): Promise<string | undefined> => onPath('go', env);

export async function buildWithGo(_task: ProvisionTask, _go: string | undefined): Promise<string | undefined> {
  return 'no build yet';
}
