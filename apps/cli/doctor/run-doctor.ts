import { asH2gError } from '../../../domain/error.ts';
import type { CliContext } from '../cli-context.ts';
import type { CommandAnswer } from '../command-answer.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { checkFolders } from './check-folders.ts';
import { checkMachine } from './check-machine.ts';
import { checkProviders } from './check-providers.ts';
import { checkServers } from './check-servers.ts';
import { checkTurbojpeg } from './check-turbojpeg.ts';
import { fail, type Check, type Finding, type Verdict } from './check.ts';

/** In the order in which they are shown. */
const CHECKS: Readonly<Record<string, Check>> = {
  machine: checkMachine,
  folders: checkFolders,
  'execution providers': checkProviders,
  'JPEG decoder': checkTurbojpeg,
  servers: checkServers,
};

const MARKS: Record<Verdict, string> = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' };

const findingLines = (finding: Finding): string[] => [
  `${MARKS[finding.verdict]}  ${finding.check}: ${finding.detail}`,
  ...(finding.verdict === 'ok' ? [] : [`      ${finding.advice}`]),
];

async function lookAt(name: string, check: Check, context: CliContext): Promise<readonly Finding[]> {
  try {
    return await check(context);
  } catch (thrown) {
    context.signal.throwIfAborted();
    const { message, hint } = asH2gError(thrown);
    return [fail(name, message, hint)];
  }
}

/** `h2g doctor`: looks at everything, whatever it finds on the way. */
export async function runDoctor(context: CliContext): Promise<CommandAnswer> {
  const found = await Promise.all(Object.entries(CHECKS).map(([name, check]) => lookAt(name, check, context)));
  const findings = found.flat();
  const isBroken = findings.some(({ verdict }) => verdict === 'fail');
  return {
    exitCode: isBroken ? EXIT_CODES.failed : EXIT_CODES.done,
    lines: [
      ...findings.flatMap(findingLines),
      '',
      isBroken ? 'Something is broken; see above.' : 'All that is needed is here.',
    ],
    json: { ok: !isBroken, findings },
  };
}
