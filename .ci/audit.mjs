// Known vulnerabilities of what the product is installed with. 0: none of weight; 1: there are some, named; 2: nobody could be asked.
import { spawnSync } from 'node:child_process';

const WEIGHTY = ['high', 'critical'];
const SKIPPED = 2;
const say = (line) => process.stdout.write(`${line}\n`);

const { stdout, error } = spawnSync('npm', ['audit', '--omit=dev', '--json', '--fetch-timeout=30000'], {
  encoding: 'utf8',
  maxBuffer: 2 ** 28,
});
const report = parse(stdout);
if (report?.auditReportVersion === undefined) {
  say(`no audit: ${error?.message ?? report?.message ?? report?.error?.summary ?? 'npm gave no report'}`);
  process.exitCode = SKIPPED;
} else {
  const found = Object.values(report.vulnerabilities).filter(({ severity }) => WEIGHTY.includes(severity));
  for (const { name, severity, range, via } of found) {
    const titles = via.flatMap((cause) =>
      typeof cause === 'string' ? `by ${cause}` : `${cause.title} (${cause.url})`,
    );
    say(`${severity}: ${name} ${range}: ${titles.join('; ')}`);
  }
  const total = Object.keys(report.vulnerabilities).length;
  say(`${total} vulnerable packages, ${found.length} of them high or critical`);
  process.exitCode = found.length === 0 ? 0 : 1;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
