import type { ProvisionTask } from './provision-server.ts';

export async function downloadRelease(_task: ProvisionTask): Promise<string | undefined> {
  return 'no download yet';
}
