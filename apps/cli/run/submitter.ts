import { userInfo } from 'node:os';
import { isSubmitter } from '../../../domain/submitter.ts';
import { loadConfig } from '../../../platform/config.ts';
import type { Environment } from '../../../platform/config-variables.ts';

/** Whose slides these are: whom the command line names, else the settings, else who is logged in; undefined where nobody is. */
export const submitterOf = (named: string | undefined, env: Environment): string | undefined =>
  named ?? loadConfig(env).submitter ?? loginName();

/** A container's user may have a number and no name. */
function loginName(): string | undefined {
  try {
    const { username } = userInfo();
    return isSubmitter(username) ? username : undefined;
  } catch {
    return undefined;
  }
}
